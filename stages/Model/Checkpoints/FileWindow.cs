namespace Llava.Model.Checkpoints;

/// <summary>Reads of a few bytes each, near to one another, as few reads of the file.</summary>
sealed class FileWindow(FileRegion file)
{
    const int WindowBytes = 4096;

    byte[] _bytes = [];
    long _start;
    int _count;

    public void Read(long offset, Span<byte> destination)
    {
        if (destination.Length >= WindowBytes)
        {
            file.Read(offset, destination);
            return;
        }
        if (offset < _start || offset + destination.Length > _start + _count)
            Fill(offset);
        _bytes.AsSpan((int)(offset - _start), destination.Length).CopyTo(destination);
    }

    void Fill(long offset)
    {
        if (_bytes.Length == 0)
            _bytes = new byte[WindowBytes];
        _count = 0;
        _start = offset;
        var count = (int)Math.Min(WindowBytes, file.Length - offset);
        file.Read(offset, _bytes.AsSpan(0, count));
        _count = count;
    }
}
