namespace Llava.H5Reading;

/// <summary>
/// The elements of a dataset of any rank and layout as one run of bytes, row-major. Chunks are decoded a band at a time: all
/// those that hold the same rows. Thread-safe.
/// </summary>
public sealed class DatasetBytes
{
    readonly Hdf5File _file;
    readonly DatasetDescription _description;
    readonly LastBand _lastBand;
    readonly ChunkDecoder _decoder;
    readonly ChunkGrid? _grid;
    readonly Lazy<ChunkTable>? _chunks;
    readonly long _bandBytes;

    public DatasetBytes(Hdf5File file, DatasetDescription description, LastBand lastBand)
    {
        (_file, _description, _lastBand) = (file, description, lastBand);
        _decoder = new ChunkDecoder(file, description.Filters);
        ByteLength = StorageClaim.Check(file, description);
        CheckInside();
        if (description.Layout is not ChunkedLayout layout)
            return;
        if (layout.Chunk.Count != description.Extents.Count || layout.Chunk.Count == 0 || layout.Chunk.Any(extent => extent < 1))
            throw file.Damaged("chunks and dataset differ in their dimensions");
        _grid = new ChunkGrid(description.Extents, layout.Chunk, description.Element.Bytes);
        _chunks = new(() => ChunkIndex.Read(file, layout, _grid, description.Filters.Count > 0));
        if (ByteLength > 0)
            StorageClaim.Check(file, description, _grid.ChunkBytes, "a chunk");
        _bandBytes = description.Extents[0] == 0 ? 0 : ByteLength / description.Extents[0] * Math.Min(layout.Chunk[0], description.Extents[0]);
        if (_bandBytes > Array.MaxLength)
            throw file.Unsupported($"a dataset whose chunks span {_bandBytes} bytes");
    }

    public long ByteLength { get; }

    public void Read(long offset, Span<byte> destination)
    {
        switch (_description.Layout)
        {
            case CompactLayout compact:
                compact.Bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
                break;
            case ContiguousLayout { Address: Hdf5Format.UndefinedAddress }:
                destination.Clear();
                break;
            case ContiguousLayout contiguous:
                _file.Read(contiguous.Address + offset, destination);
                break;
            default:
                ReadChunked(offset, destination);
                break;
        }
    }

    void CheckInside()
    {
        var missing = _description.Layout switch
        {
            CompactLayout compact => compact.Bytes.Length < ByteLength,
            ContiguousLayout contiguous => contiguous.Address != Hdf5Format.UndefinedAddress && (contiguous.Address < 0 || ByteLength > _file.Length - contiguous.Address),
            _ => false,
        };
        if (missing)
            throw _file.Damaged("a dataset reaches beyond the end of the file");
    }

    void ReadChunked(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var (band, within) = Math.DivRem(offset, _bandBytes);
            var count = (int)Math.Min(destination.Length, _bandBytes - within);
            _lastBand.Copy(this, band, () => Decode(band), (int)within, destination[..count]);
            offset += count;
            destination = destination[count..];
        }
    }

    byte[] Decode(long band)
    {
        var (chunk, extents) = (_grid!.Chunk, _description.Extents);
        var bytes = new byte[_bandBytes];
        var whole = new byte[_grid.ChunkBytes];
        var start = new long[chunk.Count];
        start[0] = band * chunk[0];
        do
        {
            _decoder.Read(_chunks!.Value[_grid.NumberOf(start)!.Value], whole);
            Place(whole, start, bytes);
        }
        while (Advance(start, dimension => dimension == 0 ? 0 : chunk[dimension], extents));
        return bytes;
    }

    // Copies the runs of a chunk, those that lie inside of the dataset.
    void Place(byte[] whole, long[] start, byte[] band)
    {
        var (chunk, extents, elementBytes) = (_grid!.Chunk, _description.Extents, _description.Element.Bytes);
        var last = chunk.Count - 1;
        var within = new long[chunk.Count];
        long[] inside = [.. extents.Select((extent, dimension) => Math.Min(chunk[dimension], extent - start[dimension]))];
        var run = (int)inside[last] * elementBytes;
        do
        {
            long from = 0, to = 0;
            for (var dimension = 0; dimension <= last; dimension++)
            {
                from = from * chunk[dimension] + within[dimension];
                to = to * (dimension == 0 ? 1 : extents[dimension]) + within[dimension] + (dimension == 0 ? 0 : start[dimension]);
            }
            whole.AsSpan((int)(from * elementBytes), run).CopyTo(band.AsSpan((int)(to * elementBytes)));
        }
        while (Advance(within, dimension => dimension == last ? 0 : 1, inside));
    }

    /// <summary>Counts up like an odometer; a dimension whose step is 0 stands still. False when all are through.</summary>
    static bool Advance(long[] index, Func<int, long> step, IReadOnlyList<long> limits)
    {
        for (var dimension = index.Length - 1; dimension >= 0; dimension--)
        {
            if (step(dimension) == 0)
                continue;
            if ((index[dimension] += step(dimension)) < limits[dimension])
                return true;
            index[dimension] = 0;
        }
        return false;
    }
}
