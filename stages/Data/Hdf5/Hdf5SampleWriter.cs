using System.Text;
using Llava.Contracts.Files;
using Llava.Data.Hdf5.Writing;

namespace Llava.Data.Hdf5;

/// <summary>
/// Writes one file of samples: <c>data</c> (n, 4, max_seq_length) int32 in chunks of one row, gzip 4, <c>img_path</c> (n, 1)
/// fixed-length UTF-8, gzip 4, root attribute <c>n_examples</c> int64. The file appears whole at <see cref="Commit"/> or not at
/// all, and its bytes depend on nothing but the rows. Not thread-safe.
/// Source: <c>write_hdf5_file</c> of ModelZoo's <c>hdf5_base_preprocessor.py</c>.
/// </summary>
/// <remarks>The format is written by hand: see README.md in this folder for why.</remarks>
public sealed class Hdf5SampleWriter : IDisposable
{
    readonly AtomicFile _file;
    readonly int _maxSequenceLength;
    readonly List<ChunkLocation> _rows = [];
    readonly List<byte[]> _imagePaths = [];

    public Hdf5SampleWriter(string path, int maxSequenceLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSequenceLength, 1);
        _maxSequenceLength = maxSequenceLength;
        _file = new AtomicFile(path);
        _file.Stream.Position = SampleFileHeader.Length;
    }

    public int Count => _rows.Count;

    /// <param name="row">4 * max_seq_length values: input ids, loss mask, labels, key padding mask.</param>
    /// <param name="imagePath">Relative to the image folder; null for a text-only sample.</param>
    public void Append(ReadOnlySpan<int> row, string? imagePath)
    {
        if (row.Length != SampleRow.LengthOf(_maxSequenceLength))
            throw new ArgumentException($"a row has {SampleRow.LengthOf(_maxSequenceLength)} values, not {row.Length}", nameof(row));
        AppendCompressed(SampleCompression.Compress(row), Encoding.UTF8.GetBytes(imagePath ?? SampleFileNames.TextOnlyPath));
    }

    /// <summary>A row that <see cref="SampleCompression"/> compressed, perhaps on another thread.</summary>
    public void AppendCompressed(ReadOnlySpan<byte> compressedRow, string? imagePath) =>
        AppendCompressed(compressedRow, Encoding.UTF8.GetBytes(imagePath ?? SampleFileNames.TextOnlyPath));

    /// <inheritdoc cref="AppendCompressed(ReadOnlySpan{byte}, string?)"/>
    /// <param name="imagePath">UTF-8, as <see cref="Hdf5SampleReader.ReadCompressed"/> gives it.</param>
    public void AppendCompressed(ReadOnlySpan<byte> compressedRow, byte[] imagePath)
    {
        _rows.Add(AppendChunk(compressedRow));
        _imagePaths.Add(imagePath);
    }

    /// <summary>Finishes the file and gives it its name.</summary>
    public void Commit()
    {
        var pathBytes = _imagePaths.Count == 0 ? 1 : Math.Max(1, _imagePaths.Max(path => path.Length));
        var pathRows = AutomaticChunk.RowsPerChunk(Count, pathBytes);
        var pathChunks = AppendImagePaths(pathBytes, pathRows);
        var stream = _file.Stream;
        stream.Write(new byte[(8 - stream.Position % 8) % 8]);
        var dataTree = new ChunkTree([Count, SampleRow.FeatureCount, _maxSequenceLength, 4], rowsPerChunk: 1).Write(stream, _rows);
        var pathTree = new ChunkTree([Count, 1, pathBytes], pathRows).Write(stream, pathChunks);
        var endOfFile = stream.Position;
        stream.Position = 0;
        stream.Write(new SampleFileHeader(Count, _maxSequenceLength, pathBytes, pathRows).ToBytes(dataTree, pathTree, endOfFile));
        _file.Commit();
    }

    public void Dispose() => _file.Dispose();

    List<ChunkLocation> AppendImagePaths(int pathBytes, int rowsPerChunk)
    {
        var chunks = new List<ChunkLocation>();
        for (var first = 0; first < Count; first += rowsPerChunk)
        {
            // Chunks are stored whole; what lies past the last row stays zero.
            var chunk = new byte[rowsPerChunk * pathBytes];
            for (var row = first; row < Math.Min(first + rowsPerChunk, Count); row++)
                _imagePaths[row].CopyTo(chunk, (row - first) * pathBytes);
            chunks.Add(AppendChunk(SampleCompression.Compress(chunk)));
        }
        return chunks;
    }

    ChunkLocation AppendChunk(ReadOnlySpan<byte> stored)
    {
        var address = _file.Stream.Position;
        _file.Stream.Write(stored);
        return new ChunkLocation(address, stored.Length);
    }
}
