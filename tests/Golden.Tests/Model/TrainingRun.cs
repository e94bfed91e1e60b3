using System.Globalization;
using Llava.Model;
using Llava.Tests;
using Llava.Train;
using Llava.Train.Configuration;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using Llava.Train.Schedules;
using static Llava.Golden.Tests.Model.NumpyTensors;
using static TorchSharp.torch;

namespace Llava.Golden.Tests.Model;

/// <summary>Repeats a training run of the reference and compares losses, norms, rates and the weights at the end.</summary>
static class TrainingRun
{
    const string FinalWeights = "final/";

    /// <param name="variant">Such as <c>wd0p1_torchadamw</c>: weight decay 0.1 and PyTorch's AdamW.</param>
    /// <param name="parts">Into how many micro-batches, exact by token, each of the reference's is cut.</param>
    /// <param name="cuts">Micro-batches as a training makes them of the loader's batch: without the padding, and without a mask that hides nothing else.</param>
    public static void Compare(LlavaModel model, NumpyArchive golden, NumpyArchive batches, string variant, TrainingNoise noise, int parts = 1, bool cuts = false)
    {
        using var step = new OptimizationStep(model, ConfigOf(variant) with { TokenExactAccumulation = parts > 1 }, RatesOf(golden), checksNumbers: true);
        for (var index = 0; index < golden["loss"].Count; index++)
        {
            step.Run(index, cuts ? LoadedBatches.Cut(batches, RowsOf(golden, index), MicroSize(golden, parts), model) : MicroBatches(batches, golden, index, parts));
            Check(golden, step.Read(), index, noise);
        }
        CheckWeights(golden, model, noise);
    }

    static void Check(NumpyArchive golden, StepMetrics metrics, int index, TrainingNoise noise)
    {
        AssertNear(golden["loss"].Floats()[index], metrics.Loss, noise.Loss, $"the loss of step {index}");
        AssertNear(golden["grad_norm"].Floats()[index], metrics.GradientNorm, noise.GradientNorm, $"the gradient norm of step {index}");
        Assert.Equal(golden["lr"].Floats()[index], (float)metrics.LearningRate);
    }

    static void CheckWeights(NumpyArchive golden, LlavaModel model, TrainingNoise noise)
    {
        var tensors = model.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor);
        foreach (var name in golden.Names.Where(name => name.StartsWith(FinalWeights, StringComparison.Ordinal)))
        {
            var actual = tensors[name[FinalWeights.Length..]].detach().contiguous().data<float>().ToArray();
            var worst = golden[name].Floats().Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
            AssertNear(0, worst, noise.Weights, $"the largest difference of {name}");
        }
    }

    static IReadOnlyList<MicroBatch> MicroBatches(NumpyArchive batches, NumpyArchive golden, int step, int parts) =>
        [.. RowsOf(golden, step).Chunk(MicroSize(golden, parts)).Select(chunk => Batch(batches, chunk))];

    static long[] RowsOf(NumpyArchive golden, int step) => golden["rows"].Integers().Skip(step * (int)golden["rows"].Shape[1]).Take((int)golden["rows"].Shape[1]).ToArray();

    static int MicroSize(NumpyArchive golden, int parts) => (int)golden["rows"].Shape[1] / (int)golden["micro_loss"].Shape[1] / parts;

    static MicroBatch Batch(NumpyArchive arrays, long[] rows)
    {
        var mask = Rows(arrays["loss_mask"], rows);
        return new MicroBatch(
            Rows(arrays["image_data"], rows), Rows(arrays["text_input_ids"], rows), Supervision.Of(Rows(arrays["labels"], rows), mask),
            Rows(arrays["key_padding_mask"], rows), rows, mask.sum().item<long>());
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
        WeightDecay = double.Parse(variant.Split('_')[0]["wd".Length..].Replace('p', '.'), CultureInfo.InvariantCulture),
        MaxGradientNorm = 1,
        LearningRate = null!,
    };

    static PiecewiseConstantSchedule RatesOf(NumpyArchive golden)
    {
        var rates = golden["lr"].Floats();
        return new PiecewiseConstantSchedule { LearningRates = [.. rates.Select(rate => (double)rate)], Milestones = [.. Enumerable.Range(1, rates.Length - 1).Select(step => (long)step)] };
    }
}
