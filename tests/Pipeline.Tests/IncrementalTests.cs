namespace Llava.Pipeline.Tests;

[Collection(nameof(DemoRun))]
public sealed class IncrementalTests(DemoRun demo)
{
    static readonly string[] FromPhase2On = ["phase2-train", "phase2-eval", "export", "evaluate/demo-charts"];

    [Fact]
    public void Touching_every_file_reruns_nothing()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("touched");
        var configs = Directory.GetFiles(Path.Combine(PipelineRun.Repository, "configs", "demo"));
        foreach (var file in Directory.GetFiles(artifacts, "*", SearchOption.AllDirectories).Concat(configs))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
        demo.Start("All", artifacts).MustRunNothing();
    }

    [Fact]
    public void A_changed_dataset_reruns_its_preprocessing_and_what_depends_on_it()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("dataset");
        File.WriteAllText(demo.OwnDataset, DemoRun.OwnSamples("3"));
        try
        {
            var why = demo.Start("Why", artifacts).MustSucceed();
            Assert.Empty(why.Stages);
            Assert.Contains("own.json changed", why.Output, StringComparison.Ordinal);
            var run = demo.Start("All", artifacts).MustSucceed();
            Assert.Equal(["preprocess/own", "phase2-hdf5", .. FromPhase2On], run.Stages);
            Assert.Contains("preprocess/own is stale: raw data: ", run.Output, StringComparison.Ordinal);
            Assert.Contains("phase2-hdf5 is stale: samples: preprocess/own/own.jsonl changed", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.WriteAllText(demo.OwnDataset, DemoRun.OwnSamples("2"));
        }
    }

    [Fact]
    public void A_lost_output_is_made_again_and_nothing_else_since_its_bytes_are_the_same()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("lost");
        File.Delete(Directory.GetFiles(Path.Combine(artifacts, "hdf5", "phase1"), "*.h5")[0]);
        var run = demo.Start("All", artifacts).MustSucceed();
        Assert.Equal(["phase1-hdf5"], run.Stages);
        Assert.Matches(@"phase1-hdf5 is stale: output [\w-]+\.h5 is gone", run.Output);
    }

    [Fact]
    public void Two_runs_in_two_folders_give_the_same_bytes()
    {
        demo.ShortRun.MustSucceed();
        var again = Path.Combine(Path.GetDirectoryName(demo.Short)!, "again");
        demo.Start("All", again).MustSucceed();
        Assert.Contains(Reproducible(again).Keys, name => name.EndsWith("model.safetensors", StringComparison.Ordinal));
        AssertSame(demo.Short, again);
    }

    internal static void AssertSame(string expectedFolder, string folder)
    {
        var (expected, found) = (Reproducible(expectedFolder), Reproducible(folder));
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Keys, found.Keys);
        Assert.Empty(expected.Where(pair => found[pair.Key] != pair.Value).Select(pair => pair.Key));
    }

    /// <summary>Every output with its content, but for records of times and of paths.</summary>
    internal static SortedDictionary<string, string> Reproducible(string artifacts)
    {
        string[] suffixes = [".jsonl", ".json", ".h5", ".safetensors", ".yaml", ".png", ".model"];
        string[] notContent = ["stage.json", "metrics.jsonl", "data_params.json", "training_state.json"];
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(artifacts, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(artifacts, path);
            // Records of times, for the next run: no output.
            var isHidden = name.Split('/').Any(part => part.StartsWith('.'));
            if (!isHidden && suffixes.Any(name.EndsWith) && !notContent.Contains(Path.GetFileName(name)))
                hashes[name] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));
        }
        return hashes;
    }
}
