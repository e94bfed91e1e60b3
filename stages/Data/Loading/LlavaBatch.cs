using System.Runtime.ExceptionServices;
using Llava.Data.Hdf5;

namespace Llava.Data.Loading;

/// <summary>
/// The features of B samples, named as ModelZoo names them; S is max_sequence_length, H and W the picture's size. The arrays
/// have exactly these lengths and are used again after <see cref="Dispose"/>.
/// </summary>
public sealed class LlavaBatch : IDisposable
{
    readonly BatchPool _pool;
    (int Slot, ExceptionDispatchInfo Error)? _failure;
    bool _isDisposed;

    internal LlavaBatch(BatchPool pool, int batchSize)
    {
        _pool = pool;
        BatchSize = batchSize;
        MaxSequenceLength = pool.MaxSequenceLength;
        ImageDataHalf = new Half[pool.IsHalf ? batchSize * pool.ImageValueCount : 0];
        ImageDataSingle = new float[pool.IsHalf ? 0 : batchSize * pool.ImageValueCount];
        TextInputIds = new int[batchSize * MaxSequenceLength];
        LossMask = new int[batchSize * MaxSequenceLength];
        Labels = new int[batchSize * MaxSequenceLength];
        KeyPaddingMask = new int[batchSize * MaxSequenceLength];
        SampleIndexes = new long[batchSize];
        ImagePaths = new string?[batchSize];
        Start = Next = new LoaderPosition(0, 0, 1, null);
    }

    public int BatchSize { get; }

    public int MaxSequenceLength { get; }

    /// <summary><c>image_data</c> (B, 3, H, W) with mixed_precision, else empty.</summary>
    public Half[] ImageDataHalf { get; }

    /// <summary><c>image_data</c> (B, 3, H, W) without mixed_precision, else empty.</summary>
    public float[] ImageDataSingle { get; }

    /// <summary><c>text_input_ids</c> (B, S)</summary>
    public int[] TextInputIds { get; }

    /// <summary><c>loss_mask</c> (B, S)</summary>
    public int[] LossMask { get; }

    /// <summary><c>labels</c> (B, S)</summary>
    public int[] Labels { get; }

    /// <summary><c>key_padding_mask</c> (B, S): 1 = do not attend.</summary>
    public int[] KeyPaddingMask { get; }

    /// <summary>(B): the sample's number in the data, in the files' order (for a mixture, in the mixture's).</summary>
    public long[] SampleIndexes { get; }

    /// <summary>(B): relative to img_data_dir; null for a text-only sample.</summary>
    public string?[] ImagePaths { get; }

    /// <summary>The position of the first sample.</summary>
    public LoaderPosition Start { get; internal set; }

    /// <summary>Where to go on after this batch: what a checkpoint saves.</summary>
    public LoaderPosition Next { get; internal set; }

    internal void SetRow(int slot, ReadOnlySpan<int> row)
    {
        var (from, length) = (slot * MaxSequenceLength, MaxSequenceLength);
        row.Slice(SampleRow.InputIds * length, length).CopyTo(TextInputIds.AsSpan(from));
        row.Slice(SampleRow.LossMask * length, length).CopyTo(LossMask.AsSpan(from));
        row.Slice(SampleRow.Labels * length, length).CopyTo(Labels.AsSpan(from));
        row.Slice(SampleRow.KeyPaddingMask * length, length).CopyTo(KeyPaddingMask.AsSpan(from));
    }

    /// <summary>Of several failures the first sample's counts: which one happens first depends on the workers.</summary>
    internal void Fail(int slot, Exception error)
    {
        lock (SampleIndexes)
        {
            if (_failure is not { } failure || slot < failure.Slot)
                _failure = (slot, ExceptionDispatchInfo.Capture(error));
        }
    }

    internal void ThrowIfFailed() => _failure?.Error.Throw();

    internal void Reuse() => (_isDisposed, _failure) = (false, null);

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _pool.Return(this);
    }
}
