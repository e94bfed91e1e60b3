namespace Llava.Golden.Tests.Hdf5;

/// <summary>Rows, paths and statistics of the reference's own runs.</summary>
public sealed class RunTests
{
    [Fact]
    public Task Every_row_of_a_run_is_equal() => CompareAsync("parity", "rows of runs", async (_, run) =>
    {
        await run.RunAsync("setup.processes=2");
        var rows = run.CompareRows();
        run.CompareStatistics("post-process", "h5_dataset_stats", "image_patch_info");
        return rows;
    });

    /// <summary>The reference ignores the yaml's <c>output_name</c>, repeats a document on resuming, and drops plain strings; ours does neither.</summary>
    [Fact]
    public Task Every_row_of_a_run_with_other_options_is_equal() => CompareAsync("variants", "rows of variants", async (name, run) =>
    {
        if (run.WasResumed)
            return 0;
        await run.RunAsync();
        if (ReferenceRows.FilesOf(run.Expected).Count == 0)
            return run.Quarantined.Count;
        Assert.All(Directory.GetFiles(run.Output, "*.h5"), path => Assert.StartsWith(run.Setting("processing", "output_name") ?? "examples", Path.GetFileName(path), StringComparison.Ordinal));
        var rows = run.CompareRows();
        run.CompareStatistics("post-process", "h5_dataset_stats");
        // Where eos is the pad too, the reference takes the eos of zephyr's system prompt for the first patch.
        if (run.Setting("dataset", "system_prompt_style") != "zephyr")
            run.CompareStatistics("image_patch_info");
        return rows;
    });

    static async Task CompareAsync(string group, string what, Func<string, ReferenceRun, Task<long>> compare)
    {
        var folder = GoldenSet.Require($"h5/{group}");
        var names = GoldenSet.Folders($"h5/{group}").Where(name => File.Exists(Path.Combine(folder, name, "config.yaml")));
        Tokenization.TokenizerFolders.Require(Tokenization.TokenizerFolders.WithoutPad);
        await Comparison.EachAsync("h5", what, names, async name =>
        {
            using var run = new ReferenceRun(folder, $"{name}/config.yaml");
            return await compare(name, run);
        });
    }
}
