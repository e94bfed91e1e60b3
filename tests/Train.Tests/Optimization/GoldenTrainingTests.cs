using System.Text.Json;
using Llava.Model;
using Llava.Tests;
using Llava.Train.Configuration;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using Llava.Train.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Tests.Optimization;

public sealed class GoldenTrainingTests
{
    // How far the reference in float32 is from itself in float64, times this, is what another order of summation may do.
    const double NoiseFactor = 5;

    static readonly string[] ProjectorOnly = ["^image_model", "^text_model"];
    static readonly string[] ProjectorAndText = ["^image_model"];

    [Theory]
    [InlineData("small/", 1, "wd0")]
    [InlineData("small/", 1, "wd0p1")]
    [InlineData("small/", 1, "wd0_accum1")]
    [InlineData("small/", 1, "wd0_torchadamw")]
    [InlineData("small/", 1, "wd0p1_torchadamw")]
    [InlineData("small/", 2, "wd0")]
    [InlineData("small/", 2, "wd0_accum1")]
    [InlineData("small/", 2, "wd0_torchadamw")]
    [InlineData("small/", 2, "wd0p1_torchadamw")]
    [InlineData("", 1, "wd0")]
    [InlineData("", 2, "wd0")]
    [InlineData("", 2, "wd0p1")]
    public void Twenty_steps_follow_the_reference(string set, int phase, string variant)
    {
        using var scope = NewDisposeScope();
        var golden = NumpyArchive.Open(GoldenData.Require($"{set}model/golden_train_phase{phase}_{variant}.npz"));
        var batches = NumpyArchive.Open(GoldenData.Require($"{set}model/batch_phase{phase}.npz"));
        using var model = GoldenModel.Load(set, phase == 1 ? ProjectorOnly : ProjectorAndText, (int)batches["image_start_idx"].Integers()[0]);

        CheckRun(model, golden, batches, variant, Noise.Of(set, phase));
    }

    [Fact]
    public void Phase_2_after_phase_1_follows_the_reference()
    {
        const string Set = "";
        using var scope = NewDisposeScope();
        var golden = NumpyArchive.Open(GoldenData.Require($"{Set}model/golden_train_chain_phase2_after_phase1_wd0.npz"));
        var first = NumpyArchive.Open(GoldenData.Require($"{Set}model/golden_train_phase1_wd0.npz"));
        var firstBatches = NumpyArchive.Open(GoldenData.Require($"{Set}model/batch_phase1.npz"));
        var batches = NumpyArchive.Open(GoldenData.Require($"{Set}model/batch_phase2.npz"));
        using var aligned = GoldenModel.Load(Set, ProjectorOnly, (int)firstBatches["image_start_idx"].Integers()[0]);
        CheckRun(aligned, first, firstBatches, "wd0", Noise.Of(Set, 1));

        using var model = GoldenModel.Load(Set, ProjectorAndText, (int)batches["image_start_idx"].Integers()[0], aligned.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor));
        CheckRun(model, golden, batches, "wd0", Noise.Of(Set, 2));
    }

    static void CheckRun(LlavaModel model, NumpyArchive golden, NumpyArchive batches, string variant, Noise noise)
    {
        using var step = new OptimizationStep(model, ConfigOf(variant), RatesOf(golden), checksNumbers: true);
        for (var index = 0; index < golden["loss"].Count; index++)
            Check(golden, step.Run(index, MicroBatches(batches, golden, index)), index, noise);
        CheckWeights(golden, model, noise);
    }

    static void Check(NumpyArchive golden, StepMetrics metrics, int index, Noise noise)
    {
        AssertNear(golden["loss"].Floats()[index], metrics.Loss, noise.Loss, $"loss of step {index}");
        AssertNear(golden["grad_norm"].Floats()[index], metrics.GradientNorm, noise.GradientNorm, $"gradient norm of step {index}");
        Assert.Equal(golden["lr"].Floats()[index], (float)metrics.LearningRate);
    }

    static void CheckWeights(NumpyArchive golden, LlavaModel model, Noise noise)
    {
        var tensors = model.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor);
        foreach (var name in golden.Names.Where(name => name.StartsWith("final/", StringComparison.Ordinal)))
        {
            var expected = golden[name].Floats();
            var actual = tensors[name["final/".Length..]].detach().contiguous().data<float>().ToArray();
            var worst = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
            Assert.True(worst <= noise.Weights, $"{name} is off by {worst}, {noise.Weights} is allowed");
        }
    }

    static IReadOnlyList<MicroBatch> MicroBatches(NumpyArchive batches, NumpyArchive golden, int step)
    {
        var rows = golden["rows"].Integers();
        var batchSize = (int)golden["rows"].Shape[1];
        var microSize = batchSize / (int)golden["micro_loss"].Shape[1];
        return [.. rows.Skip(step * batchSize).Take(batchSize).Chunk(microSize).Select(chunk => Batch(batches, chunk))];
    }

    static MicroBatch Batch(NumpyArchive arrays, long[] rows)
    {
        var mask = Rows(arrays["loss_mask"], rows);
        return new MicroBatch(
            Rows(arrays["image_data"], rows), Rows(arrays["text_input_ids"], rows), Rows(arrays["labels"], rows),
            mask, Rows(arrays["key_padding_mask"], rows), rows, mask.sum().item<long>());
    }

    static Tensor Rows(NumpyArray array, long[] rows)
    {
        using var indices = tensor(rows);
        using var all = array.Type == "<f4" ? tensor(array.Floats(), array.Shape) : tensor([.. array.Integers().Select(value => (int)value)], array.Shape, ScalarType.Int32);
        return all.index_select(0, indices);
    }

    static OptimizerConfig ConfigOf(string variant) => new()
    {
        OptimizerType = variant.EndsWith("torchadamw", StringComparison.Ordinal) ? OptimizerConfig.TorchAdamW : OptimizerConfig.CerebrasAdamW,
        Eps = 1e-8,
        WeightDecay = variant.StartsWith("wd0p1", StringComparison.Ordinal) ? 0.1 : 0,
        MaxGradientNorm = 1,
        LearningRate = null!,
    };

    static PiecewiseConstantSchedule RatesOf(NumpyArchive golden)
    {
        var rates = golden["lr"].Floats();
        return new PiecewiseConstantSchedule { LearningRates = [.. rates.Select(rate => (double)rate)], Milestones = [.. Enumerable.Range(1, rates.Length - 1).Select(step => (long)step)] };
    }

    static void AssertNear(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what} is {actual}, but {expected} in the reference, and {tolerance} is allowed");

    sealed record Noise(double Loss, double GradientNorm, double Weights)
    {
        // The losses are stored in float32: one unit in the last place of a loss of 8 to 16 is 9.5e-7.
        const double Float32Grain = 1e-6;

        public static Noise Of(string set, int phase)
        {
            using var floor = JsonDocument.Parse(File.ReadAllText(GoldenData.Require($"{set}model/train_noise_floor.json")));
            var measured = floor.RootElement.EnumerateObject().First(entry => entry.Name.EndsWith($"phase{phase}/fp32_vs_fp64", StringComparison.Ordinal)).Value;
            double Of(string key) => measured.GetProperty(key).ValueKind == JsonValueKind.Number ? measured.GetProperty(key).GetDouble() : 0;
            return new Noise(Of("max_dloss") * NoiseFactor + Float32Grain, Of("max_dgradnorm") * NoiseFactor + Float32Grain, Math.Max(Of("max_dprojector"), Of("max_dtext")) * NoiseFactor);
        }
    }
}
