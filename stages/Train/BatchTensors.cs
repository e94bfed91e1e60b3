using System.Runtime.InteropServices;
using Llava.Data.Loading;
using static TorchSharp.torch;

namespace Llava.Train;

/// <summary>Turns the rows of a batch into tensors on the model's device.</summary>
static class BatchTensors
{
    const int Channels = 3;

    /// <param name="microBatchSequences">Rows that go through the model together; the last micro-batch of a short batch is smaller.</param>
    public static IEnumerable<MicroBatch> Split(LlavaBatch batch, LlavaDataConfig config, int microBatchSequences, Device device)
    {
        for (var first = 0; first < batch.BatchSize; first += microBatchSequences)
            yield return Slice(batch, config, first, Math.Min(microBatchSequences, batch.BatchSize - first), device);
    }

    static MicroBatch Slice(LlavaBatch batch, LlavaDataConfig config, int first, int count, Device device)
    {
        var length = batch.MaxSequenceLength;
        var mask = batch.LossMask.AsSpan(first * length, count * length);
        return new MicroBatch(
            Images(batch, config, first, count, device),
            Rows(batch.TextInputIds, length, first, count, device),
            Rows(batch.Labels, length, first, count, device),
            Rows(batch.LossMask, length, first, count, device),
            Rows(batch.KeyPaddingMask, length, first, count, device),
            batch.SampleIndexes[first..(first + count)],
            Sum(mask));
    }

    static Tensor Rows(int[] values, int length, int first, int count, Device device) =>
        OnDevice<int>(values.AsSpan(first * length, count * length), [count, length], ScalarType.Int32, device);

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
