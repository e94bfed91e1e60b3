using System.Globalization;
using System.Text.RegularExpressions;
using Llava.Model;
using Llava.Tests;
using Llava.Train.Optimization;
using static TorchSharp.torch;

namespace Llava.Golden.Tests.Model;

/// <summary>The reference's runs of twenty steps: names say phase, weight decay, micro-batches and optimizer.</summary>
public abstract partial class TrainingTests(string prefix)
{
    static readonly string[] ProjectorOnly = ["^image_model", "^text_model"];
    static readonly string[] ProjectorAndText = ["^image_model"];

    readonly ModelFolder _folder = new(prefix);

    [Fact]
    public void Every_step_follows_the_reference() =>
        Comparison.Each(_folder.Part, "training runs", GoldenSet.Files(_folder.Part, "golden_train_phase*.npz"), file =>
        {
            using var scope = NewDisposeScope();
            var (phase, variant) = Parse(file);
            using var model = Load(phase, out var batches);
            TrainingRun.Compare(model, _folder.Arrays(file), batches, variant, TrainingNoise.Of(_folder, phase));
            return 1;
        });

    [Fact]
    public void Token_exact_accumulation_follows_the_reference_s_whole_batches() =>
        Comparison.Each(_folder.Part, "training runs", GoldenSet.Files(_folder.Part, "golden_train_phase*_accum1.npz"), file =>
        {
            using var scope = NewDisposeScope();
            var (phase, variant) = Parse(file);
            using var model = Load(phase, out var batches);
            TrainingRun.Compare(model, _folder.Arrays(file), batches, variant, TrainingNoise.Of(_folder, phase), parts: 2);
            return 1;
        });

    [Fact]
    public void Phase_2_after_phase_1_follows_the_reference() =>
        Comparison.Each(_folder.Part, "chained training runs", [GoldenSet.Require($"{_folder.Part}/golden_train_chain_phase2_after_phase1_wd0.npz")], file =>
        {
            using var scope = NewDisposeScope();
            using var aligned = Load(1, out var firstBatches);
            TrainingRun.Compare(aligned, _folder.Arrays("golden_train_phase1_wd0.npz"), firstBatches, "wd0", TrainingNoise.Of(_folder, 1));
            using var model = Load(2, out var batches);
            model.Load(aligned.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor.detach()));
            TrainingRun.Compare(model, NumpyArchive.Open(file), batches, "wd0", TrainingNoise.Of(_folder, 2));
            return 1;
        });

    LlavaModel Load(int phase, out NumpyArchive batches)
    {
        batches = _folder.Arrays($"batch_phase{phase}.npz");
        return _folder.Load((int)batches["image_start_idx"].Integers()[0], phase == 1 ? ProjectorOnly : ProjectorAndText);
    }

    static (int Phase, string Variant) Parse(string file)
    {
        var match = RunName().Match(file);
        Assert.True(match.Success, $"{file} is not named golden_train_phaseN_VARIANT.npz");
        return (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value);
    }

    [GeneratedRegex(@"^golden_train_phase([12])_(.+)\.npz$")]
    private static partial Regex RunName();
}

public sealed class SmallTrainingTests() : TrainingTests("small/");

public sealed class LargeTrainingTests() : TrainingTests("");
