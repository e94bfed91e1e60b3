namespace Llava.Tests;

/// <summary>
/// The copies of golden data in <c>tests/golden</c>, for tests of single cases. Whole sets of the reference's outputs, wherever they lie, are
/// compared by <c>tests/Golden.Tests</c>.
/// </summary>
static class GoldenData
{
    public static readonly string Repository = FindRepository();

    /// <summary>The full path of a golden file or folder.</summary>
    public static string Require(string relativePath)
    {
        var path = Path.Combine(Repository, "tests", "golden", relativePath);
        Assert.True(File.Exists(path) || Directory.Exists(path), $"no golden data here: {relativePath}");
        return path;
    }

    static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "pipeline.proj")) && !File.Exists(Path.Combine(folder.FullName, "Llava.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run from a checkout");
    }
}
