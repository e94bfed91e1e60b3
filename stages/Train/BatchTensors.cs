using System.Runtime.InteropServices;
using Llava.Data.Loading;
using Llava.Model;
using static TorchSharp.torch;

namespace Llava.Train;

/// <summary>Turns the rows of a batch into tensors on the model's device.</summary>
static class BatchTensors
{
    const int Channels = 3;

    // Kernels are made for each shape they meet: a few lengths instead of any.
    const int LengthGrain = 16;

    /// <param name="microBatchSequences">Rows that go through the model together; the last micro-batch of a short batch is smaller.</param>
    public static IEnumerable<MicroBatch> Split(LlavaBatch batch, LlavaDataConfig config, int microBatchSequences, LlavaModel model)
    {
        for (var first = 0; first < batch.BatchSize; first += microBatchSequences)
            yield return Slice(batch, config, first, Math.Min(microBatchSequences, batch.BatchSize - first), model);
    }

    static MicroBatch Slice(LlavaBatch batch, LlavaDataConfig config, int first, int count, LlavaModel model)
    {
        var stored = batch.MaxSequenceLength;
        var length = UsedLength(batch, first, count, model.Config.ImageStartIdx + model.Config.ImageTokenCount);
        using var labels_BS = Rows(batch.Labels, stored, length, first, count);
        using var lossMask_BS = Rows(batch.LossMask, stored, length, first, count);
        var hidden = batch.KeyPaddingMask.AsSpan(first * stored, count * stored);
        var onHost = new MicroBatch(
            Images(batch, config, first, count),
            Rows(batch.TextInputIds, stored, length, first, count),
            Supervision.Of(labels_BS, lossMask_BS),
            HidesOnlyTails(hidden, stored) ? null : Rows(batch.KeyPaddingMask, stored, length, first, count),
            batch.SampleIndexes[first..(first + count)],
            Sum(batch.LossMask.AsSpan(first * stored, count * stored)));
        return onHost.On(model.Device);
    }

    // Nothing visible comes later to look at the end of a row. Told here, on the host, so that no step has to ask the device.
    static bool HidesOnlyTails(ReadOnlySpan<int> hidden, int stored)
    {
        for (; !hidden.IsEmpty; hidden = hidden[stored..])
        {
            var row = hidden[..stored];
            if (row.IndexOf(1) is var start and >= 0 && row[start..].ContainsAnyExcept(1))
                return false;
        }
        return true;
    }

    // Padding after the last position that any row of the micro-batch shows or learns from changes nothing: it is left out.
    static int UsedLength(LlavaBatch batch, int first, int count, int shortest)
    {
        var stored = batch.MaxSequenceLength;
        var used = shortest;
        for (var row = first; row < first + count; row++)
        {
            var lastVisible = batch.KeyPaddingMask.AsSpan(row * stored, stored).LastIndexOfAnyExcept(1);
            var lastSupervised = batch.LossMask.AsSpan(row * stored, stored).LastIndexOfAnyExcept(0);
            used = Math.Max(used, 1 + Math.Max(lastVisible, lastSupervised));
        }
        return Math.Min(stored, (used + LengthGrain - 1) / LengthGrain * LengthGrain);
    }

    static Tensor Rows(int[] values, int stored, int length, int first, int count)
    {
        var cut = new int[count * length];
        for (var row = 0; row < count; row++)
            values.AsSpan((first + row) * stored, length).CopyTo(cut.AsSpan(row * length));
        return Of<int>(cut, [count, length], ScalarType.Int32);
    }

    static Tensor Images(LlavaBatch batch, LlavaDataConfig config, int first, int count)
    {
        var size = Channels * config.ImageHeight * config.ImageWidth;
        long[] shape = [count, Channels, config.ImageHeight, config.ImageWidth];
        return config.MixedPrecision
            ? Of<Half>(batch.ImageDataHalf.AsSpan(first * size, count * size), shape, ScalarType.Float16)
            : Of<float>(batch.ImageDataSingle.AsSpan(first * size, count * size), shape, ScalarType.Float32);
    }

    static Tensor Of<T>(ReadOnlySpan<T> values, long[] shape, ScalarType type) where T : unmanaged
    {
        var host = empty(shape, type);
        MemoryMarshal.AsBytes(values).CopyTo(host.bytes);
        return host;
    }

    static long Sum(ReadOnlySpan<int> mask)
    {
        long sum = 0;
        foreach (var value in mask)
            sum += value;
        return sum;
    }
}
