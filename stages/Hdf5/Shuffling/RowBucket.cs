using System.Runtime.InteropServices;

namespace Llava.Hdf5.Shuffling;

/// <summary>The rows of one output file, in the order in which they come, on disk; their places in memory.</summary>
sealed class RowBucket : IDisposable
{
    readonly FileStream _file;
    readonly List<Entry> _entries = [];

    public RowBucket(string path) =>
        _file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 14, FileOptions.DeleteOnClose);

    public void Add(long place, ReadOnlySpan<byte> compressedRow, ReadOnlySpan<byte> imagePath)
    {
        _entries.Add(new Entry(place, _file.Position, compressedRow.Length, imagePath.Length));
        _file.Write(compressedRow);
        _file.Write(imagePath);
    }

    /// <summary>The rows by their places.</summary>
    public IEnumerable<(byte[] CompressedRow, byte[] ImagePath)> InOrder()
    {
        _file.Flush();
        CollectionsMarshal.AsSpan(_entries).Sort((left, right) => left.Place.CompareTo(right.Place));
        foreach (var entry in _entries)
        {
            var row = new byte[entry.RowBytes];
            var path = new byte[entry.PathBytes];
            _file.Position = entry.Address;
            _file.ReadExactly(row);
            _file.ReadExactly(path);
            yield return (row, path);
        }
    }

    public void Dispose() => _file.Dispose();

    readonly record struct Entry(long Place, long Address, int RowBytes, int PathBytes);
}
