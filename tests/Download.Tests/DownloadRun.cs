using System.Text.Json;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Download.Archives;
using Llava.Download.Http;
using Llava.Download.Tests.Server;

namespace Llava.Download.Tests;

/// <summary>A folder, a hub, and runs of the stage between them.</summary>
sealed class DownloadRun : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-download-").FullName;
    readonly List<Dictionary<string, object>> _sources = [];

    public LocalHub Hub { get; } = new();

    public string this[string name] => Path.Combine(_folder, name);

    public string LockFile => this["datasets.lock.json"];

    public string? Token { get; set; }

    public Patience Patience { get; set; } = new() { FirstDelay = TimeSpan.FromMilliseconds(1), Stall = TimeSpan.FromSeconds(20) };

    public ArchiveLimits ArchiveLimits { get; set; } = new();

    public CollectedLog Log { get; private set; } = new();

    public void Dispose()
    {
        Hub.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Adds a source that goes to <c>data/</c>, with further keys by name.</summary>
    public DownloadRun Add(string name, string from, params (string Key, object Value)[] more)
    {
        var source = new Dictionary<string, object> { ["name"] = name, ["from"] = from, ["folder"] = this["data"] };
        foreach (var (key, value) in more)
            source[key] = value;
        _sources.Add(source);
        return this;
    }

    public void Clear() => _sources.Clear();

    public Task RunAsync(bool updateLock = false, bool frozen = false, bool list = false, CancellationToken cancellation = default)
    {
        Log = new CollectedLog();
        var options = new DownloadOptions
        {
            Sources = ConfigDocument.Parse(JsonSerializer.Serialize(new { sources = _sources }), "sources.json"),
            LockFile = LockFile,
            Hub = Hub.Address,
            Token = Token,
            Record = this["record.tsv"],
            Output = this["summary"],
            UpdateLock = updateLock,
            Frozen = frozen,
            List = list,
            Parallel = 3,
            Patience = Patience,
            ArchiveLimits = ArchiveLimits,
        };
        return DownloadStage.RunAsync(options, Log, cancellation);
    }

    /// <summary>The problems of a run that must fail, with this run's folder and hub left out.</summary>
    public async Task<string[]> FailAsync(bool updateLock = false, bool frozen = false)
    {
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync(updateLock, frozen));
        return [.. failure.Diagnostics.Select(problem => Neutral(problem.ToString()))];
    }

    public string Neutral(string text) => text
        .Replace(_folder + "/", "", StringComparison.Ordinal)
        .Replace(Hub.Address, "HUB", StringComparison.Ordinal)
        .Replace(Hub.StorageAddress, "STORAGE", StringComparison.Ordinal);

    public string Read(string name) => File.ReadAllText(this[name]);

    /// <summary>Every file below a folder, by its path in it, those included that begin with a dot.</summary>
    public string[] FilesIn(string folder) => Directory.Exists(this[folder])
        ? [.. Directory.EnumerateFiles(this[folder], "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(this[folder], path)).Order(StringComparer.Ordinal)]
        : [];

    public static string Sha256(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}

sealed class CollectedLog : IStageLog
{
    readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public Dictionary<string, double> Counts { get; } = [];

    public List<StageProgress> Progresses { get; } = [];

    public void Progress(StageProgress progress)
    {
        lock (_lines)
            Progresses.Add(progress);
    }

    public void Information(string message)
    {
        lock (_lines)
            _lines.Add(message);
    }

    public void Warning(Diagnostic diagnostic) => Information(diagnostic.ToString());

    public void Count(string name, double value) => Counts[name] = value;
}
