using Llava.Contracts.Configuration;
using Llava.Download.Archives;
using Llava.Download.Http;

namespace Llava.Download;

/// <summary>What one run of the stage is asked to do; the options of the verb <c>download</c>.</summary>
public sealed record DownloadOptions
{
    public const string DefaultHub = "https://huggingface.co";

    /// <summary>Names what is to be downloaded; yaml, so JSON too.</summary>
    public required ConfigDocument Sources { get; init; }

    /// <summary><c>datasets.lock.json</c>: revisions, sizes and hashes of what was downloaded first.</summary>
    public required string LockFile { get; init; }

    /// <summary>The hub's address, or a mirror's.</summary>
    public string Hub { get; init; } = DefaultHub;

    /// <summary>Sent to the hub and to nobody else. Never shown.</summary>
    public string? Token { get; init; }

    /// <summary>Remembers size, time and hash of every file, so that the next run need not hash them again.</summary>
    public string? Record { get; init; }

    /// <summary>Receives <c>sources.json</c>: what came from where.</summary>
    public string? Output { get; init; }

    /// <summary>Take what the sources have now, and lock that instead.</summary>
    public bool UpdateLock { get; init; }

    /// <summary>Fail rather than add anything to the lock.</summary>
    public bool Frozen { get; init; }

    /// <summary>Say what would be fetched, and fetch nothing.</summary>
    public bool List { get; init; }

    /// <summary>Files that are fetched at a time.</summary>
    public int Parallel { get; init; } = 4;

    internal Patience Patience { get; init; } = new();

    internal ArchiveLimits ArchiveLimits { get; init; } = new();
}
