using Llava.Data.Loading;
using Llava.Model;
using Llava.Tests;
using Llava.Train;

namespace Llava.Golden.Tests.Model;

/// <summary>The reference's rows as the loader would hand them to a training, and what a training makes of them.</summary>
static class LoadedBatches
{
    public static IReadOnlyList<MicroBatch> Cut(NumpyArchive arrays, long[] rows, int microBatchSequences, LlavaModel model)
    {
        var images = arrays["image_data"];
        var valueCount = (int)(images.Count / images.Shape[0]);
        using var batch = new LlavaBatch(new BatchPool(rows.Length, (int)arrays["text_input_ids"].Shape[1], valueCount, isHalf: false), rows.Length);
        Fill(rows, images.Floats(), batch.ImageDataSingle);
        foreach (var (name, values) in new[] { ("text_input_ids", batch.TextInputIds), ("loss_mask", batch.LossMask), ("labels", batch.Labels), ("key_padding_mask", batch.KeyPaddingMask) })
            Fill(rows, [.. arrays[name].Integers().Select(value => (int)value)], values);
        rows.CopyTo(batch.SampleIndexes, 0);
        return [.. BatchTensors.Split(batch, ConfigOf(images.Shape), microBatchSequences, model)];
    }

    static void Fill<T>(long[] rows, T[] all, T[] batch)
    {
        var size = batch.Length / rows.Length;
        for (var slot = 0; slot < rows.Length; slot++)
            Array.Copy(all, rows[slot] * size, batch, slot * size, size);
    }

    static LlavaDataConfig ConfigOf(long[] shape) => new()
    {
        DataProcessor = "LlavaHDF5MapDataProcessor",
        ImgDataDir = "",
        ImageDataSize = [(int)shape[1], (int)shape[2], (int)shape[3]],
        Transforms = [],
        BatchSize = 1,
    };
}
