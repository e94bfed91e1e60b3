using System.Buffers;

namespace Llava.H5Reading;

/// <summary>Reads rows (entries of the first dimension) of a dataset in any layout. Thread-safe.</summary>
public sealed class DatasetReader
{
    readonly Hdf5File _file;
    readonly DatasetDescription _description;
    readonly ChunkDecoder _decoder;
    readonly ChunkGrid? _grid;
    readonly Lazy<ChunkTable>? _chunks;

    public DatasetReader(Hdf5File file, DatasetDescription description)
    {
        (_file, _description) = (file, description);
        _decoder = new ChunkDecoder(file, description.Filters);
        var length = StorageClaim.Check(file, description);
        RowBytes = checked((int)description.Extents.Skip(1).Aggregate((long)description.Element.Bytes, (product, extent) => product * extent));
        if (description.Layout is not ChunkedLayout layout)
            return;
        if (layout.Chunk.Count != description.Extents.Count || layout.Chunk.Any(extent => extent < 1))
            throw file.Damaged("chunks and dataset differ in their dimensions");
        _grid = new ChunkGrid(description.Extents, layout.Chunk, description.Element.Bytes);
        if (length > 0)
            StorageClaim.Check(file, description, _grid.ChunkBytes, "a chunk");
        _chunks = new(() => ChunkIndex.Read(file, layout, _grid, description.Filters.Count > 0));
    }

    public int RowBytes { get; }

    /// <summary>Rows that share a chunk, and are best read together.</summary>
    public int RowsPerChunk => _grid?.Chunk[0] ?? 1;

    bool ChunksAreWholeRows => _grid!.ChunkBytes == (long)RowBytes * RowsPerChunk;

    /// <summary>The zlib stream of this very row, when it is stored as one.</summary>
    public byte[]? CompressedRow(long row)
    {
        if (_grid is null || !_decoder.IsPlainDeflate || RowsPerChunk != 1 || !ChunksAreWholeRows)
            return null;
        var stored = _chunks!.Value[row];
        return stored.IsStored && stored.FilterMask == 0 ? _decoder.ReadStored(stored) : null;
    }

    public void ReadRow(long row, Span<byte> bytes)
    {
        switch (_description.Layout)
        {
            case CompactLayout compact:
                compact.Bytes.AsSpan(checked((int)(row * RowBytes)), RowBytes).CopyTo(bytes);
                break;
            case ContiguousLayout { Address: Hdf5Format.UndefinedAddress }:
                bytes.Clear();
                break;
            case ContiguousLayout contiguous:
                _file.Read(contiguous.Address + row * RowBytes, bytes);
                break;
            default:
                if (ChunksAreWholeRows && RowsPerChunk == 1)
                    _decoder.Read(_chunks!.Value[row], bytes);
                else
                    GatherRow(row, bytes);
                break;
        }
    }

    /// <summary>Rows from <paramref name="chunk"/> * <see cref="RowsPerChunk"/> on, up to the last of the chunk.</summary>
    public byte[] ReadRowsOfChunk(long chunk)
    {
        var first = chunk * RowsPerChunk;
        var rows = (int)Math.Min(RowsPerChunk, _description.Extents[0] - first);
        if (_grid is not null && ChunksAreWholeRows)
        {
            var whole = new byte[_grid.ChunkBytes];
            _decoder.Read(_chunks!.Value[chunk], whole);
            return whole;
        }
        var bytes = new byte[rows * RowBytes];
        for (var row = 0; row < rows; row++)
            ReadRow(first + row, bytes.AsSpan(row * RowBytes, RowBytes));
        return bytes;
    }

    // Chunks of another shape than one whole row: copy this row's runs out of each chunk that it crosses.
    void GatherRow(long row, Span<byte> bytes)
    {
        var extents = _description.Extents;
        var (chunk, elementBytes) = (_grid!.Chunk, _description.Element.Bytes);
        var columns = extents.Count > 2 ? (int)extents[2] : 1;
        var chunkColumns = extents.Count > 2 ? chunk[2] : 1;
        var (lines, chunkLines) = extents.Count > 1 ? ((int)extents[1], chunk[1]) : (1, 1);
        var buffer = ArrayPool<byte>.Shared.Rent(_grid.ChunkBytes);
        for (var line = 0; line < lines; line += chunkLines)
        {
            for (var column = 0; column < columns; column += chunkColumns)
            {
                var whole = buffer.AsSpan(0, _grid.ChunkBytes);
                _decoder.Read(_chunks!.Value[_grid.NumberOf([row, line, column])!.Value], whole);
                var run = Math.Min(chunkColumns, columns - column) * elementBytes;
                for (var inChunk = 0; inChunk < Math.Min(chunkLines, lines - line); inChunk++)
                {
                    var from = ((row % chunk[0] * chunkLines) + inChunk) * chunkColumns * elementBytes;
                    whole.Slice((int)from, run).CopyTo(bytes[(((line + inChunk) * columns + column) * elementBytes)..]);
                }
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
