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

    /// <summary>What is left out of a batch changes nothing: not the padding after all rows' ends, and not a mask that hides only ends.</summary>
    [Theory]
    [InlineData(1, "wd0"), InlineData(2, "wd0"), InlineData(2, "wd0_accum1")]
    public void Batches_as_a_training_cuts_them_follow_the_reference(int phase, string variant) =>
        Comparison.Each(_folder.Part, "training runs", [$"golden_train_phase{phase}_{variant}.npz"], file =>
        {
            using var scope = NewDisposeScope();
            using var model = Load(phase, out var batches);
            TrainingRun.Compare(model, _folder.Arrays(file), batches, variant, TrainingNoise.Of(_folder, phase), cuts: true);
            return 1;
        });

    [Fact]
    public void A_training_leaves_out_padding_and_masks_but_where_a_row_hides_more_than_its_end()
    {
        using var scope = NewDisposeScope();
        using var model = Load(2, out var batches);
        var stored = batches["text_input_ids"].Shape[1];
        var hidden = batches["key_padding_mask"].Integers().Chunk((int)stored).ToList();
        // Those of text alone: their picture's positions are hidden.
        var textOnly = Enumerable.Range(0, hidden.Count).Where(row => Array.IndexOf(hidden[row], 1L) is >= 0 and var first && first < Array.LastIndexOf(hidden[row], 0L)).Select(row => (long)row).ToList();
        var cut = Enumerable.Range(0, (int)batches["text_input_ids"].Shape[0]).Select(row => LoadedBatches.Cut(batches, [row], 1, model).Single()).ToList();

        Assert.NotEmpty(textOnly);
        Assert.Equal(textOnly, cut.Where(batch => batch.Hidden_BS is not null).Select(batch => batch.SampleIndices[0]));
        Assert.Contains(cut, batch => batch.Tokens < stored);
        Assert.All(cut, batch => Assert.Equal(0, batch.Tokens % 16));
    }

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
