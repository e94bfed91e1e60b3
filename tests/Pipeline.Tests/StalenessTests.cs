namespace Llava.Pipeline.Tests;

/// <summary>What makes the real graph stale, what does not, and how much of it.</summary>
[Collection(nameof(DemoRun))]
public sealed class StalenessTests(DemoRun demo)
{
    static readonly string[] FromPhase2On = ["phase2-train", "phase2-eval", "export", "evaluate/demo-charts"];

    WhyReport Why(string artifacts, params string[] properties) => new(demo.Start("Why", artifacts, properties));

    WhyReport WhyAt(string checkout, string artifacts) => new(PipelineRun.StartAt(checkout, "Why", artifacts, demo.ShortProperties));

    [Fact]
    public void An_input_that_came_went_or_was_edited_is_named_and_a_touched_one_is_none()
    {
        demo.ShortRun.MustSucceed();
        var (artifacts, file, text) = (demo.CopyOfShort("inputs"), demo.OwnDataset, File.ReadAllText(demo.OwnDataset));
        var (folder, time) = (Path.GetDirectoryName(demo.OwnDataset)!, File.GetLastWriteTimeUtc(demo.OwnDataset));
        var (added, renamed) = (Path.Combine(folder, "added.json"), Path.Combine(folder, "renamed.json"));
        try
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddYears(20));
            Why(artifacts).MustBeFresh();

            File.WriteAllText(added, "[]");
            AssertOnlyOwnIsStale(Why(artifacts), $"raw data: {added} added");
            File.Delete(added);

            File.Move(file, renamed);
            AssertOnlyOwnIsStale(Why(artifacts), $"raw data: {file} -> {renamed}");
            File.Delete(renamed);
            AssertOnlyOwnIsStale(Why(artifacts), $"raw data: {file} removed");

            // To the same size, with the old time: as a clock that was set back would leave it.
            File.WriteAllText(file, DemoRun.OwnSamples("3"));
            File.SetLastWriteTimeUtc(file, time);
            Assert.Equal(text.Length, new FileInfo(file).Length);
            Assert.Contains(Why(artifacts).LinesOf("preprocess/own"), line => line.StartsWith($"raw data: {file} changed, sha256 ", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(added);
            File.Delete(renamed);
            File.WriteAllText(file, text);
        }
        Why(artifacts).MustBeFresh();
    }

    static void AssertOnlyOwnIsStale(WhyReport why, string reason)
    {
        Assert.Equal(["preprocess/own"], why.In("stale"));
        Assert.Equal(["phase2-hdf5", "phase2-eval-hdf5", .. FromPhase2On], why.In("waits").OrderBy(stage => Array.IndexOf(["phase2-hdf5", "phase2-eval-hdf5", .. FromPhase2On], stage)));
        Assert.Contains(reason, why.LinesOf("preprocess/own"));
    }

    [Fact]
    public void An_output_that_is_gone_truncated_or_edited_to_the_same_size_and_time_is_named()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("outputs");
        var file = Directory.GetFiles(Path.Combine(artifacts, "hdf5", "phase1"), "*.h5").Single();
        var (name, content, time) = (Path.GetFileName(file), File.ReadAllBytes(file), File.GetLastWriteTimeUtc(file));
        Why(artifacts).MustBeFresh();
        foreach (var (damaged, reason) in ((byte[]?, string)[])[(null, $"output {name} is gone"), (content[..^1], $"output {name} is not what the stage wrote: {content.Length} -> {content.Length - 1} bytes"), ([.. content[..^1], (byte)(content[^1] ^ 1)], $"output {name} is not what the stage wrote: sha256 ")])
        {
            File.Delete(file);
            if (damaged is not null)
            {
                File.WriteAllBytes(file, damaged);
                File.SetLastWriteTimeUtc(file, time);
            }
            var why = Why(artifacts);
            Assert.Equal("phase1-hdf5", why.In("stale").First());
            Assert.Contains(why.LinesOf("phase1-hdf5"), line => line.StartsWith(reason, StringComparison.Ordinal));
        }
        File.WriteAllBytes(file, content);
        Why(artifacts).MustBeFresh();
    }

    [Fact]
    public void A_clock_that_was_set_back_hides_nothing_and_reruns_nothing()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("clock");
        foreach (var file in Directory.GetFiles(artifacts, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddYears(2));
        demo.Start("Preprocess", artifacts).MustRunNothing();
        var text = File.ReadAllText(demo.OwnDataset);
        try
        {
            File.WriteAllText(demo.OwnDataset, DemoRun.OwnSamples("4"));
            File.SetLastWriteTimeUtc(demo.OwnDataset, new DateTime(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            Assert.Equal(["preprocess/own"], demo.Start("Preprocess", artifacts).MustSucceed().Stages);
            demo.Start("Preprocess", artifacts).MustRunNothing();
        }
        finally
        {
            File.WriteAllText(demo.OwnDataset, text);
        }
    }

    [Fact]
    public void Elsewhere_nothing_is_stale_but_what_is_edited_there()
    {
        demo.ShortRun.MustSucceed();
        var (artifacts, checkout) = (demo.CopyOfShort("elsewhere"), CheckoutCopy.Make(demo.FolderFor("checkout")));
        WhyAt(checkout, artifacts).MustBeFresh();

        const string Yaml = "configs/demo/params_llava_demo_phase2.yaml";
        CheckoutCopy.Edit(checkout, Yaml, text => MoveFirstBlockToTheEnd($"# another comment\n{text}"));
        WhyAt(checkout, artifacts).MustBeFresh();
        CheckoutCopy.Edit(checkout, Yaml, text => text.Replace("log_steps: 1\n", "log_steps: 2\n", StringComparison.Ordinal));
        var value = WhyAt(checkout, artifacts);
        Assert.Equal(["export", "phase2-eval", "phase2-train", "recipe"], value.In("stale").Order(StringComparer.Ordinal));
        Assert.Equal(["evaluate/demo-charts"], value.In("waits"));
        Assert.Contains($"{Yaml}: runconfig.log_steps 1 -> 2", value.LinesOf("phase2-train"));
        File.Copy(Path.Combine(PipelineRun.Repository, Yaml), Path.Combine(checkout, Yaml), overwrite: true);

        CheckoutCopy.Edit(checkout, "stages/Hdf5/packages.lock.json", text => text.Replace("\"resolved\": \"18.1.0\"", "\"resolved\": \"18.1.1\"", StringComparison.Ordinal));
        var package = WhyAt(checkout, artifacts);
        Assert.Equal(["phase1-hdf5", "phase2-eval-hdf5", "phase2-hdf5", "recipe"], package.In("stale").Order(StringComparer.Ordinal));
        Assert.Contains("package YamlDotNet 18.1.0 -> 18.1.1", package.LinesOf("phase1-hdf5"));
        File.Copy(Path.Combine(PipelineRun.Repository, "stages/Hdf5/packages.lock.json"), Path.Combine(checkout, "stages/Hdf5/packages.lock.json"), overwrite: true);

        // Only the stages of the code itself run: what they write is as before.
        CheckoutCopy.Edit(checkout, "stages/Hdf5/Hdf5Stage.cs", text => text + "// edited\n");
        Assert.Equal(["evaluate/demo-charts", "export", "phase1-eval", "phase1-train", "phase2-eval", "phase2-train"], WhyAt(checkout, artifacts).In("waits").Order(StringComparer.Ordinal));
        CheckoutCopy.Edit(checkout, "stages/Evaluate/ScoreStage.cs", text => text + "// edited\n");
        var run = PipelineRun.StartAt(checkout, "All", artifacts, demo.ShortProperties).MustSucceed();
        Assert.Equal(["recipe", "phase1-hdf5", "phase2-hdf5", "phase2-eval-hdf5", "evaluate/demo-charts"], run.Stages);
        Assert.Contains("phase1-hdf5 is stale: code: stages/Hdf5/Hdf5Stage.cs changed, sha256 ", run.Output, StringComparison.Ordinal);
        Assert.Contains("evaluate/demo-charts is stale: code: stages/Evaluate/ScoreStage.cs changed, sha256 ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_is_no_class_of_the_stage_counts_too_and_so_does_the_runtime()
    {
        demo.ShortRun.MustSucceed();
        var (artifacts, checkout) = (demo.CopyOfShort("commands"), CheckoutCopy.Make(demo.FolderFor("commands-checkout")));
        CheckoutCopy.Edit(checkout, "stages/Host/Verbs/TrainVerb.cs", text => text + "// edited\n");
        CheckoutCopy.Edit(checkout, "tasks/Steps/CreateHdf5.cs", text => text + "// edited\n");
        CheckoutCopy.Edit(checkout, "stages/Data/Hdf5/README.md", text => text + "edited\n");
        CheckoutCopy.Edit(artifacts, "checkpoints/initial/stage.json", text => text.Replace($"\"tool .NET runtime\": \"{Environment.Version.ToString(2)}\"", "\"tool .NET runtime\": \"9.0\"", StringComparison.Ordinal));
        var why = WhyAt(checkout, artifacts);
        Assert.Equal(["convert", "phase1-eval", "phase1-hdf5", "phase1-train", "phase2-eval", "phase2-eval-hdf5", "phase2-hdf5", "phase2-train"], why.In("stale").Order(StringComparer.Ordinal));
        Assert.Contains(why.LinesOf("phase1-train"), line => line.StartsWith("code: stages/Host/Verbs/TrainVerb.cs changed, sha256 ", StringComparison.Ordinal));
        Assert.Contains(why.LinesOf("phase1-hdf5"), line => line.StartsWith("code: tasks/Steps/CreateHdf5.cs changed, sha256 ", StringComparison.Ordinal));
        Assert.Contains($"tool .NET runtime 9.0 -> {Environment.Version.ToString(2)}", why.LinesOf("convert"));

        CheckoutCopy.Edit(checkout, "stages/Data/TextCleaning/Tables/html-entities.txt", text => text + "\n");
        Assert.Contains(WhyAt(checkout, artifacts).LinesOf("preprocess/own"), line => line.StartsWith("code: stages/Data/TextCleaning/Tables/html-entities.txt changed, sha256 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_recipes_side_by_side_leave_each_other_alone()
    {
        var checkout = CheckoutCopy.Make(demo.FolderFor("recipes"));
        DemoRun.CopyFolder(Path.Combine(checkout, "configs", "demo"), Path.Combine(checkout, "configs", "other"));
        PipelineRun Start(string target, string recipe) => PipelineRun.StartAt(checkout, target, "", $"-p:Recipe={recipe}", $"-p:DatasetsFile={demo.DatasetsFile}", "-p:StoreDir=none");
        Assert.Contains("recipe", Start("Preprocess", "demo").MustSucceed().Stages);
        Assert.Equal(["recipe", "demo-source", "preprocess/demo-captions", "preprocess/demo-charts", "preprocess/own"], Start("Preprocess", "other").MustSucceed().Stages);
        CheckoutCopy.Edit(checkout, "configs/other/llava_phase_2_preproc.yaml", text => text.Replace("max_seq_length: 64", "max_seq_length: 65", StringComparison.Ordinal));
        Start("Preprocess", "demo").MustRunNothing();
        Assert.Equal(["recipe"], Start("Preprocess", "other").MustSucceed().Stages);
    }

    [Fact]
    public void Several_overrides_in_one_property_reach_the_stage_each_by_itself()
    {
        demo.ShortRun.MustSucceed();
        var run = demo.Start("Phase1Hdf5", demo.CopyOfShort("overridden"), "-p:Phase1Hdf5Set=processing.max_seq_length=60%3Bshuffle.seed=3").MustSucceed();
        Assert.Equal(["recipe", "phase1-hdf5"], run.Stages);
        Assert.Contains("phase1-hdf5 is stale: Phase1Hdf5Set  -> processing.max_seq_length=60 shuffle.seed=3", run.Output, StringComparison.Ordinal);
    }

    static string MoveFirstBlockToTheEnd(string yaml)
    {
        var (first, second) = (yaml.IndexOf("\ntrain_input:", StringComparison.Ordinal), yaml.IndexOf("\neval_input:", StringComparison.Ordinal));
        return $"{yaml[..first]}{yaml[second..]}\n{yaml[first..second]}\n";
    }
}
