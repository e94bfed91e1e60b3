namespace Llava.H5Reading;

/// <summary>The decoded rows that were read last, of whichever dataset of a file: one band in memory at a time.</summary>
public sealed class LastBand
{
    readonly Lock _gate = new();
    DatasetBytes? _owner;
    long _band;
    byte[] _bytes = [];

    internal void Copy(DatasetBytes owner, long band, Func<byte[]> decode, int offset, Span<byte> destination)
    {
        lock (_gate)
        {
            if (_owner != owner || _band != band)
            {
                _owner = null;
                _bytes = [];
                _bytes = decode();
                (_owner, _band) = (owner, band);
            }
            _bytes.AsSpan(offset, destination.Length).CopyTo(destination);
        }
    }
}
