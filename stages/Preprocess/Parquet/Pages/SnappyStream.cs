using System.Buffers.Binary;

namespace Llava.Preprocess.Parquet.Pages;

/// <summary>
/// Decompresses a raw Snappy block as a stream: a page of any size in memory of fixed size. Snappy's compressors cut their input into blocks of
/// 64 KiB and never refer further back, though the format would let them.
/// </summary>
/// <exception cref="InvalidDataException">The block is damaged, or refers further back than any known compressor does.</exception>
sealed class SnappyStream(Stream compressed) : ForwardStream
{
    const int WindowBytes = 1 << 17;
    const int LongestCopy = 64;

    readonly byte[] _buffer = new byte[3 * WindowBytes];
    long _left = -1;
    int _used;
    int _filled;
    int _literalLeft;

    public override int Read(Span<byte> buffer)
    {
        if (_used == _filled && !Fill())
            return 0;
        var count = Math.Min(buffer.Length, _filled - _used);
        _buffer.AsSpan(_used, count).CopyTo(buffer);
        _used += count;
        return count;
    }

    bool Fill()
    {
        if (_left < 0)
            _left = ReadLength();
        KeepWindow();
        while (_left > 0 && _filled < _buffer.Length - LongestCopy)
        {
            var before = _filled;
            if (_literalLeft > 0)
                TakeLiteral();
            else
                TakeElement(RequiredByte());
            _left -= _filled - before;
        }
        return _left < 0 ? throw new InvalidDataException("a Snappy block is longer than it says") : _used < _filled;
    }

    void KeepWindow()
    {
        if (_filled <= WindowBytes)
            return;
        _buffer.AsSpan(_filled - WindowBytes, WindowBytes).CopyTo(_buffer);
        (_used, _filled) = (WindowBytes, WindowBytes);
    }

    void TakeElement(int tag)
    {
        switch (tag & 3)
        {
            case 0:
                _literalLeft = 1 + ((tag >> 2) < 60 ? tag >> 2 : checked((int)LittleEndian((tag >> 2) - 59)));
                break;
            case 1:
                Copy(4 + ((tag >> 2) & 7), ((tag >> 5) << 8) | RequiredByte());
                break;
            case 2:
                Copy(1 + (tag >> 2), LittleEndian(2));
                break;
            default:
                Copy(1 + (tag >> 2), LittleEndian(4));
                break;
        }
    }

    void TakeLiteral()
    {
        var read = compressed.Read(_buffer.AsSpan(_filled, Math.Min(_literalLeft, _buffer.Length - LongestCopy - _filled)));
        if (read == 0)
            throw new EndOfStreamException("a Snappy block ends too early");
        _filled += read;
        _literalLeft -= read;
    }

    void Copy(int length, long distance)
    {
        if (distance <= 0 || distance > _filled)
            throw new InvalidDataException("a Snappy block refers to bytes that are not there");
        var source = _filled - (int)distance;
        // Byte by byte where the source runs into what is being written: that is how a run is written down.
        if (distance >= length)
            _buffer.AsSpan(source, length).CopyTo(_buffer.AsSpan(_filled));
        else
            for (var place = 0; place < length; place++)
                _buffer[_filled + place] = _buffer[source + place];
        _filled += length;
    }

    long ReadLength()
    {
        long length = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var part = RequiredByte();
            length |= (long)(part & 0x7f) << shift;
            if (part < 0x80)
                return length;
        }
        throw new InvalidDataException("a Snappy block has no length");
    }

    long LittleEndian(int bytes)
    {
        Span<byte> number = stackalloc byte[4];
        number.Clear();
        compressed.ReadExactly(number[..bytes]);
        return BinaryPrimitives.ReadUInt32LittleEndian(number);
    }

    int RequiredByte() => compressed.ReadByte() is >= 0 and var value ? value : throw new EndOfStreamException("a Snappy block ends too early");
}
