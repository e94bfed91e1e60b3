namespace Llava.Pipeline.Tests;

/// <summary>The checkout's sources once more, in another folder; the tools are the checkout's own and are not built again.</summary>
static class CheckoutCopy
{
    /// <param name="folder">Does not exist yet.</param>
    public static string Make(string folder)
    {
        foreach (var part in (string[])["build", "configs", "stages", "tasks"])
            DemoRun.CopyFolder(Path.Combine(PipelineRun.Repository, part), Path.Combine(folder, part));
        foreach (var file in Directory.EnumerateFiles(PipelineRun.Repository).Where(file => Path.GetFileName(file) != ".git"))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return WithTools(folder);
    }

    /// <summary>By git where all is committed, with nothing in it but what is; elsewhere as <see cref="Make"/> does.</summary>
    public static string Clone(string folder)
    {
        if (!Path.Exists(Path.Combine(PipelineRun.Repository, ".git")) || CloneTests.Run("git", PipelineRun.Repository, "status", "--porcelain") is not "")
            return Make(folder);
        CloneTests.Run("git", PipelineRun.Repository, "clone", "--quiet", PipelineRun.Repository, folder);
        return WithTools(folder);
    }

    static string WithTools(string folder)
    {
        var artifacts = Path.Combine(PipelineRun.Repository, "artifacts");
        Directory.CreateDirectory(Path.Combine(folder, "artifacts", "build"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "artifacts", "tools"), Path.Combine(artifacts, "tools"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "artifacts", "build", "bin"), Path.Combine(artifacts, "build", "bin"));
        return folder;
    }

    public static void Edit(string checkout, string path, Func<string, string> edit)
    {
        var full = Path.Combine(checkout, path);
        var (before, after) = (File.ReadAllText(full), edit(File.ReadAllText(full)));
        Assert.NotEqual(before, after);
        File.WriteAllText(full, after);
    }
}
