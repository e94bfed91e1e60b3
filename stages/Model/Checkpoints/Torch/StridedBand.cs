namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// The last piece that was gathered of a strided tensor, of whichever tensor of a checkpoint: readers ask for blocks and rows, which
/// gathered one by one would touch every page of a transposed matrix again each time.
/// </summary>
sealed class StridedBand
{
    const int BandBytes = 32 << 20;

    readonly Lock _gate = new();
    byte[] _bytes = [];
    StoredTensor? _owner;
    long _band;

    /// <param name="length">Bytes of the tensor.</param>
    public void Read(StoredTensor tensor, long length, long byteOffset, Span<byte> destination)
    {
        // What asks for much has room for it.
        if (destination.Length >= Math.Min(length, BandBytes) && byteOffset % tensor.ElementBytes == 0 && destination.Length % tensor.ElementBytes == 0)
        {
            tensor.Gather(byteOffset, destination);
            return;
        }
        lock (_gate)
        {
            while (destination.Length > 0)
            {
                var (band, within) = Math.DivRem(byteOffset, BandBytes);
                var bytes = BandOf(tensor, band, (int)Math.Min(BandBytes, length - band * BandBytes));
                var count = (int)Math.Min(destination.Length, bytes.Length - within);
                bytes.Slice((int)within, count).CopyTo(destination);
                byteOffset += count;
                destination = destination[count..];
            }
        }
    }

    ReadOnlySpan<byte> BandOf(StoredTensor tensor, long band, int count)
    {
        if (_owner != tensor || _band != band)
        {
            _owner = null;
            if (_bytes.Length < count)
                _bytes = new byte[count];
            tensor.Gather(band * BandBytes, _bytes.AsSpan(0, count));
            (_owner, _band) = (tensor, band);
        }
        return _bytes.AsSpan(0, count);
    }
}
