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
        var (stored, device) = (batch.MaxSequenceLength, model.Device);
        var length = UsedLength(batch, first, count, model.Config.ImageStartIdx + model.Config.ImageTokenCount);
        return new MicroBatch(
            Images(batch, config, first, count, device),
            Rows(batch.TextInputIds, stored, length, first, count, device),
            Rows(batch.Labels, stored, length, first, count, device),
            Rows(batch.LossMask, stored, length, first, count, device),
            Rows(batch.KeyPaddingMask, stored, length, first, count, device),
            batch.SampleIndexes[first..(first + count)],
            Sum(batch.LossMask.AsSpan(first * stored, count * stored)));
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

    static Tensor Rows(int[] values, int stored, int length, int first, int count, Device device)
    {
        var cut = new int[count * length];
        for (var row = 0; row < count; row++)
            values.AsSpan((first + row) * stored, length).CopyTo(cut.AsSpan(row * length));
        return OnDevice<int>(cut, [count, length], ScalarType.Int32, device);
    }

    static Tensor Images(LlavaBatch batch, LlavaDataConfig config, int first, int count, Device device)
    {
        var size = Channels * config.ImageHeight * config.ImageWidth;
        long[] shape = [count, Channels, config.ImageHeight, config.ImageWidth];
        return config.MixedPrecision
            ? OnDevice<Half>(batch.ImageDataHalf.AsSpan(first * size, count * size), shape, ScalarType.Float16, device)
            : OnDevice<float>(batch.ImageDataSingle.AsSpan(first * size, count * size), shape, ScalarType.Float32, device);
    }

    static Tensor OnDevice<T>(ReadOnlySpan<T> values, long[] shape, ScalarType type, Device device) where T : unmanaged
    {
        var host = empty(shape, type);
        MemoryMarshal.AsBytes(values).CopyTo(host.bytes);
        if (device.type == TorchSharp.DeviceType.CPU)
            return host;
        using (host)
            return host.to(device);
    }

    static long Sum(ReadOnlySpan<int> mask)
    {
        long sum = 0;
        foreach (var value in mask)
            sum += value;
        return sum;
    }
}
