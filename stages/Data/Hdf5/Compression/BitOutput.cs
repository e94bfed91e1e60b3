using System.Buffers.Binary;

namespace Llava.Data.Hdf5.Compression;

/// <summary>Bits one after another, the lowest of each byte first, as deflate has them.</summary>
ref struct BitOutput(Span<byte> target)
{
    readonly Span<byte> _target = target;
    ulong _pending;
    int _pendingBits;

    /// <summary>Whole bytes written.</summary>
    public int Length { get; private set; }

    /// <param name="count">Up to 32.</param>
    public void Write(uint bits, int count)
    {
        _pending |= (ulong)bits << _pendingBits;
        _pendingBits += count;
        if (_pendingBits < 32)
            return;
        BinaryPrimitives.WriteUInt32LittleEndian(_target[Length..], (uint)_pending);
        Length += 4;
        _pending >>= 32;
        _pendingBits -= 32;
    }

    /// <summary>Zeros up to the next byte.</summary>
    public void Align()
    {
        while (_pendingBits > 0)
        {
            _target[Length++] = (byte)_pending;
            _pending >>= 8;
            _pendingBits -= 8;
        }
        (_pending, _pendingBits) = (0, 0);
    }

    public void WriteBigEndian(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_target[Length..], value);
        Length += 4;
    }
}
