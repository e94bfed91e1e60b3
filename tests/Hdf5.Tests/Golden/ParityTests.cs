namespace Llava.Hdf5.Tests.Golden;

/// <summary>Rows, paths and statistics of the reference's own runs.</summary>
public sealed class ParityTests
{
    [Theory]
    [InlineData("phase1_small")]
    [InlineData("phase1_small_pad0")]
    [InlineData("phase1_full")]
    [InlineData("phase2_small")]
    [InlineData("phase2_small_pad0")]
    [InlineData("phase2_full")]
    public async Task Every_row_of_a_run_is_equal(string name)
    {
        using var run = new GoldenRun("parity", name, padIsUnknown: name.EndsWith("_pad0", StringComparison.Ordinal));
        await run.RunAsync("setup.processes=2");
        Assert.NotEqual(0, run.CompareRows());
        run.CompareStatistics("post-process", "h5_dataset_stats", "image_patch_info");
    }
}
