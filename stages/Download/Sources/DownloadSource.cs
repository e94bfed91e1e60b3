using Llava.Contracts.Configuration;

namespace Llava.Download.Sources;

/// <summary>The file that names what is to be downloaded.</summary>
sealed record DownloadConfig : IValidatedConfig
{
    public required IReadOnlyList<DownloadSource> Sources { get; init; }

    public IEnumerable<(string Key, string Message)> Problems() =>
        from source in Sources from problem in source.Problems() select ("sources", $"has {source.Name}, whose {problem.Key} {problem.Message}");
}

/// <summary>One thing to download; the metadata of a <c>@(Download)</c> item.</summary>
sealed record DownloadSource
{
    public required string Name { get; init; }

    /// <summary>See <see cref="SourceAddress"/>.</summary>
    public required string From { get; init; }

    /// <summary>The folder that receives it, full path.</summary>
    public required string Folder { get; init; }

    /// <summary>Paths or patterns of the files wanted; '*' stands for any characters, '/' included.</summary>
    public IReadOnlyList<string> Files { get; init; } = ["*"];

    /// <summary>Branch, tag or commit of a repository.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>Every file is a zip archive, which is unpacked into the folder and then removed.</summary>
    public bool Unpack { get; init; }

    /// <summary>See <see cref="Placement"/>.</summary>
    public IReadOnlyList<string> Place { get; init; } = [];

    /// <summary>What the one file of a web address must hash to, where that is published.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Why a set must be fetched by hand, or what is left to do after the download.</summary>
    public string? Note { get; init; }

    public SourceAddress Address => SourceAddress.Parse(From)!;

    public string LockName => Address.LockName(Revision);

    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (SourceAddress.Parse(From) is null)
            yield return ("from", $"is \"{From}\", but must be hub:owner/name, hub:datasets/owner/name, an https address, or by-hand: and the address of a page");
        if (!Path.IsPathFullyQualified(Folder))
            yield return ("folder", $"is \"{Folder}\", but must be a full path");
        if (Files.Count == 0)
            yield return ("files", "names no file");
        if (Revision.Split('/').Any(part => part is "" or "." or ".."))
            yield return ("revision", $"is \"{Revision}\", which is no branch, tag or commit");
        if (Sha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower)))
            yield return ("sha256", $"is \"{hash}\", but must be 64 hexadecimal digits in lower case");
        foreach (var rule in Place.Where(rule => rule.IndexOf('=') < 1))
            yield return ("place", $"has \"{rule}\", but a rule is FROM=TO");
    }
}
