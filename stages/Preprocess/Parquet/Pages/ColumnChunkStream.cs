using Microsoft.Win32.SafeHandles;

namespace Llava.Preprocess.Parquet.Pages;

/// <summary>The bytes of one column chunk, front to back, through a small buffer.</summary>
sealed class ColumnChunkStream(SafeFileHandle file, long start, long length) : ForwardStream
{
    readonly byte[] _buffer = new byte[1 << 16];
    readonly long _end = start + length;
    long _position = start;
    int _used;
    int _filled;

    public override int Read(Span<byte> buffer)
    {
        if (_used < _filled)
        {
            var count = Math.Min(buffer.Length, _filled - _used);
            _buffer.AsSpan(_used, count).CopyTo(buffer);
            _used += count;
            return count;
        }
        if (buffer.Length < _buffer.Length)
            return Fill() && buffer.Length > 0 ? Read(buffer) : 0;
        return ReadFile(buffer);
    }

    public override int ReadByte() => _used < _filled || Fill() ? _buffer[_used++] : -1;

    bool Fill()
    {
        (_used, _filled) = (0, ReadFile(_buffer));
        return _filled > 0;
    }

    int ReadFile(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, _end - _position);
        var read = wanted <= 0 ? 0 : RandomAccess.Read(file, buffer[..wanted], _position);
        _position += read;
        return read;
    }
}
