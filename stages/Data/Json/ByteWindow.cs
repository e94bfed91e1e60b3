using Llava.Contracts.Diagnostics;

namespace Llava.Data.Json;

/// <summary>The part of a file that is in memory: bytes are taken at its front and read at its back. Its size is bounded.</summary>
sealed class ByteWindow(Stream stream, string path)
{
    public const int MaximumValueBytes = 256 << 20;

    byte[] _buffer = new byte[1 << 18];
    int _start;
    int _end;
    bool _streamEnded;

    public string Path { get; } = path;

    /// <summary>Bytes of the stream in front of <see cref="Bytes"/>.</summary>
    public long Taken { get; private set; }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _end - _start);

    public void Take(int count)
    {
        _start += count;
        Taken += count;
    }

    /// <summary>Reads more behind <see cref="Bytes"/>; false at the end of the stream.</summary>
    public bool Grow()
    {
        if (_streamEnded)
            return false;
        MakeRoom();
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _streamEnded = read == 0;
        return !_streamEnded;
    }

    /// <summary>The next byte that is not whitespace, still in the window; -1 at the end.</summary>
    public int PeekToken()
    {
        while (true)
        {
            var bytes = Bytes;
            var blank = bytes.IndexOfAnyExcept(" \n\r\t"u8);
            if (blank >= 0)
            {
                Take(blank);
                return Bytes[0];
            }
            Take(bytes.Length);
            if (!Grow())
                return -1;
        }
    }

    void MakeRoom()
    {
        if (_end < _buffer.Length)
            return;
        var kept = _end - _start;
        if (kept > MaximumValueBytes)
            throw ErrorCatalog.SampleTooLarge.Fails(Path, $"the value at byte {Taken + 1} is longer than {MaximumValueBytes >> 20} MiB");
        var target = kept > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        _buffer.AsSpan(_start, kept).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, kept);
    }
}
