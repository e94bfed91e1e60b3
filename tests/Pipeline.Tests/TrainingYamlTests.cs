using System.Text.Json;

namespace Llava.Pipeline.Tests;

/// <summary>Training yaml files that want something else than the demo's, through the real graph.</summary>
[Collection(nameof(DemoRun))]
public sealed class TrainingYamlTests(DemoRun demo)
{
    const int Steps = 6; // of the shortened demo

    static string DemoYaml => File.ReadAllText(Path.Combine(PipelineRun.Repository, "configs", "demo", "params_llava_demo_phase2.yaml"));

    [Fact]
    public void One_with_an_evaluation_frequency_is_evaluated_on_the_way_and_keeps_its_best_checkpoint()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("evaluated");

        var run = demo.Start("Phase2Train", artifacts, $"-p:Phase2TrainSet=runconfig.max_steps={Steps}%3Brunconfig.eval_frequency=4").MustSucceed();

        Assert.Equal(["recipe", "phase2-train"], run.Stages);
        var folder = Path.Combine(artifacts, "train", "phase2");
        var evaluations = File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("eval", out _)).ToList();
        Assert.Equal([4, Steps], evaluations.Select(line => line.GetProperty("step").GetInt32()));
        var best = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "best_checkpoint.json"))).RootElement;
        Assert.Equal(evaluations.Min(line => line.GetProperty("eval").GetProperty("loss").GetDouble()), best.GetProperty("loss").GetDouble());
        Assert.True(Directory.Exists(Path.Combine(folder, $"checkpoint_{best.GetProperty("step").GetInt32()}")));
        // Looking on changes nothing of what is learned.
        Assert.Equal(Weights(demo.Short), Weights(artifacts));
        Assert.Contains("samples to evaluate on", File.ReadAllText(Path.Combine(folder, "stage.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_does_not_ask_for_it_reads_no_samples_to_evaluate_on()
    {
        demo.ShortRun.MustSucceed();
        Assert.DoesNotContain("samples to evaluate on", File.ReadAllText(Path.Combine(demo.Short, "train", "phase2", "stage.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void One_without_evaluation_data_trains_and_is_not_evaluated()
    {
        demo.ShortRun.MustSucceed();
        var (artifacts, yaml) = (demo.CopyOfShort("unevaluated"), demo.FolderFor("unevaluated.yaml"));
        var (start, end) = (DemoYaml.IndexOf("eval_input:", StringComparison.Ordinal), DemoYaml.IndexOf("model:", StringComparison.Ordinal));
        File.WriteAllText(yaml, DemoYaml[..start] + DemoYaml[end..]);

        var run = demo.Start("All", artifacts, $"-p:Phase2TrainParams={yaml}").MustSucceed();

        Assert.Contains("phase2-train", run.Stages);
        Assert.DoesNotContain("phase2-eval", run.Stages);
        Assert.Equal(Weights(demo.Short), Weights(artifacts));
    }

    [Fact]
    public void One_with_a_mixture_trains_on_its_folders_as_they_are_written()
    {
        demo.ShortRun.MustSucceed();
        var (artifacts, yaml) = (demo.CopyOfShort("mixture"), demo.FolderFor("mixture.yaml"));
        var (samples, images) = (demo.FolderFor("mixed-samples"), Path.Combine(artifacts, "source", "raw"));
        DemoRun.CopyFolder(Path.Combine(artifacts, "hdf5", "phase2"), samples);
        File.WriteAllText(yaml, DemoYaml
            .Replace("  data_dir: \"./llava_phase_2_shuffled\"\n  img_data_dir: \"./raw\"", $"  mixture: [{{data_dir: '{samples}', weight: 1.0}}]\n  img_data_dir: '{images}'", StringComparison.Ordinal));

        var run = demo.Start("Phase2Train", artifacts, $"-p:Phase2TrainParams={yaml}").MustSucceed();

        Assert.Equal(["recipe", "phase2-train"], run.Stages);
        // The mixture's folder is what makes the training stale now.
        File.WriteAllText(Path.Combine(samples, "data_params.json"), "{}");
        demo.Start("Phase2Train", artifacts, $"-p:Phase2TrainParams={yaml}").MustRunNothing();
        File.Copy(Directory.GetFiles(samples, "*.h5")[0], Path.Combine(samples, "more.h5"));
        Assert.Contains($"samples: {samples}/more.h5 added", new WhyReport(demo.Start("Why", artifacts, $"-p:Phase2TrainParams={yaml}")).LinesOf("phase2-train"));
    }

    static byte[] Weights(string artifacts) => File.ReadAllBytes(Path.Combine(artifacts, "train", "phase2", $"checkpoint_{Steps}", "model.safetensors"));
}
