namespace Llava.Preprocess.Parquet.Pages;

/// <summary>The next bytes of a column chunk: one page, or a part of it.</summary>
sealed class PageStream(Stream chunk, long length) : ForwardStream
{
    long _left = length;

    public override int Read(Span<byte> buffer)
    {
        var read = _left == 0 ? 0 : chunk.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= read;
        return read;
    }

    public override int ReadByte()
    {
        if (_left == 0)
            return -1;
        _left--;
        return chunk.ReadByte();
    }

    /// <summary>Goes to the page's end, wherever its reader has stopped.</summary>
    public void SkipRest()
    {
        var buffer = new byte[4096];
        while (_left > 0 && Read(buffer) > 0)
        {
        }
    }
}
