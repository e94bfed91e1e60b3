namespace Llava.Tests;

/// <summary>
/// Outputs of the reference implementation: the folder in <c>LLAVA_GOLDEN_DIR</c>, else <c>shared/golden</c> beside the
/// checkout, else the copies in <c>tests/golden</c>. A part that the chosen folder lacks is looked for in the copies.
/// </summary>
static class GoldenData
{
    public static readonly string Repository = FindRepository();
    static readonly string[] Roots = [.. Candidates().Where(Directory.Exists)];

    /// <summary>The full path of a golden file or folder, or null where this machine does not have it.</summary>
    public static string? Find(string relativePath) => Roots
        .Select(root => Path.Combine(root, relativePath))
        .FirstOrDefault(path => File.Exists(path) || Directory.Exists(path));

    /// <summary>As <see cref="Find"/>; the calling test is skipped, with the reason, where the file is absent.</summary>
    public static string Require(string relativePath)
    {
        var path = Find(relativePath);
        Assert.SkipWhen(path is null, $"no golden data here: {relativePath}");
        return path!;
    }

    static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("LLAVA_GOLDEN_DIR") is { Length: > 0 } chosen)
            yield return chosen;
        else
            yield return Path.Combine(Repository, "..", "shared", "golden");
        yield return Path.Combine(Repository, "tests", "golden");
    }

    static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "pipeline.proj")) && !File.Exists(Path.Combine(folder.FullName, "Llava.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run from a checkout");
    }
}
