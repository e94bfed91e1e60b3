using System.Collections.Concurrent;
using Xunit.Sdk;

namespace Llava.Golden.Tests;

/// <summary>
/// Outputs of the reference implementation: the folder in <c>LLAVA_GOLDEN_DIR</c>, else <c>shared/golden</c> beside the
/// checkout, else the copies in <c>tests/golden</c>. A set may lack any part; it is never completed from another one.
/// </summary>
static class GoldenSet
{
    public static readonly IReadOnlyList<string> Parts =
        ["tokenization", "ftfy", "h5", "shuffle", "images", "preprocess", "convert", "model", "small/convert", "small/model", "eval"];

    public static readonly string Repository = FindRepository();
    public static readonly string Root = FindRoot();

    static readonly ConcurrentDictionary<string, bool> Missed = [];

    public static bool Has(string relativePath) => Path.Combine(Root, relativePath) is var path && (File.Exists(path) || Directory.Exists(path));

    /// <summary>The full path of a file or folder of the set; the calling test is skipped, naming it, where it is absent.</summary>
    public static string Require(string relativePath)
    {
        if (Has(relativePath))
            return Path.Combine(Root, relativePath);
        Missed[relativePath] = true;
        throw SkipException.ForSkip($"{relativePath} is absent from {Root}");
    }

    /// <summary>What tests asked for of a part and did not find, by path; they were skipped.</summary>
    public static IReadOnlyList<string> MissedOf(string part) => [.. Missed.Keys.Where(path => path.StartsWith(part + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The files of a folder of the set that match, by name, in ordinal order.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
        [.. Directory.GetFiles(Require(folder), pattern).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The folders in a folder of the set, by name, in ordinal order.</summary>
    public static IReadOnlyList<string> Folders(string folder) =>
        [.. Directory.GetDirectories(Require(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The set was named by whoever runs the tests: it may hold more than this project knows of.</summary>
    public static bool IsAnother => Environment.GetEnvironmentVariable("LLAVA_GOLDEN_DIR") is { Length: > 0 };

    static string FindRoot()
    {
        if (Environment.GetEnvironmentVariable("LLAVA_GOLDEN_DIR") is { Length: > 0 } chosen)
            return Directory.Exists(chosen) ? Path.GetFullPath(chosen) : throw new DirectoryNotFoundException($"LLAVA_GOLDEN_DIR names no folder: {chosen}");
        var beside = Path.GetFullPath(Path.Combine(Repository, "..", "shared", "golden"));
        return Directory.Exists(beside) ? beside : Path.Combine(Repository, "tests", "golden");
    }

    static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Llava.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run from a checkout");
    }
}
