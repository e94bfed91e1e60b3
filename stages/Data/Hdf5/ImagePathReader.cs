using System.Collections.Concurrent;
using System.Text;
using Llava.H5Reading;

namespace Llava.Data.Hdf5;

/// <summary>
/// The image path of any row. A chunk holds hundreds of paths, so decoded ones are kept, up to a few MiB a file.
/// </summary>
sealed class ImagePathReader(DatasetReader dataset)
{
    const int MaximumKeptBytes = 4 << 20;

    readonly ConcurrentDictionary<long, byte[]> _chunks = [];
    int _keptBytes;

    /// <summary>UTF-8, without padding.</summary>
    public ReadOnlySpan<byte> ReadUtf8(long row)
    {
        var chunk = row / dataset.RowsPerChunk;
        var bytes = _chunks.TryGetValue(chunk, out var kept) ? kept : Keep(chunk, dataset.ReadRowsOfChunk(chunk));
        return bytes.AsSpan((int)(row % dataset.RowsPerChunk) * dataset.RowBytes, dataset.RowBytes).TrimEnd((byte)0);
    }

    /// <summary>Null for a text-only sample.</summary>
    public string? Read(long row)
    {
        var path = Encoding.UTF8.GetString(ReadUtf8(row));
        return path == SampleFileNames.TextOnlyPath ? null : path;
    }

    byte[] Keep(long chunk, byte[] bytes)
    {
        if (Interlocked.Add(ref _keptBytes, bytes.Length) > MaximumKeptBytes)
        {
            _chunks.Clear();
            Interlocked.Exchange(ref _keptBytes, bytes.Length);
        }
        _chunks[chunk] = bytes;
        return bytes;
    }
}
