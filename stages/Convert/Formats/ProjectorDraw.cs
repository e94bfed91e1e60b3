using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion.Formats;

/// <summary>
/// A fresh projector, as the reference starts one: weights and biases from U(-1/sqrt(in), 1/sqrt(in)), in float32. Each tensor
/// depends on the seed and its own name alone.
/// </summary>
static class ProjectorDraw
{
    public static IEnumerable<TensorSource> Draw(ModelDimensions dimensions, long seed)
    {
        foreach (var (rule, layer) in CheckpointMapping.Projector.Expected(dimensions))
        {
            var name = rule.ModelZooKeysOf(layer)[0];
            var shape = rule.Shape(dimensions, layer);
            var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
            Fill(values, new SplitMix64(seed, name), 1 / Math.Sqrt(dimensions.ProjectorWidths[layer]));
            yield return TensorSource.FromFloats(name, shape, values);
        }
    }

    static void Fill(float[] values, SplitMix64 random, double bound)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)((2 * random.NextUnit() - 1) * bound);
    }
}
