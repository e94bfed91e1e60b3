using System.Runtime.InteropServices;
using Llava.Contracts.Diagnostics;
using Llava.H5Reading;

namespace Llava.Data.Hdf5;

/// <summary>
/// Random access to the samples of one file, written by <see cref="Hdf5SampleWriter"/> or by h5py (any libver; gzip, shuffle,
/// fletcher32 or no filter). The chunk index is decoded once, at the first read. Thread-safe.
/// </summary>
public sealed class Hdf5SampleReader : IDisposable
{
    const int MetadataPasses = 8;

    readonly Hdf5File _file;
    readonly DatasetReader _data;
    readonly ImagePathReader _imagePaths;

    Hdf5SampleReader(Hdf5File file)
    {
        _file = file;
        var links = RootGroup.Links(file);
        var data = Describe(links, SampleFileNames.DataName);
        var paths = Describe(links, SampleFileNames.ImagePathName);
        if (data.Extents is not [_, SampleRow.FeatureCount, > 0 and <= int.MaxValue / 16] || !data.Element.IsInt32)
            throw NotSamples(file, $"data must be (n, 4, max_seq_length) int32, but is ({string.Join(", ", data.Extents)})");
        if (!paths.Element.IsFixedLengthText || paths.Extents is not ([_] or [_, 1]) || paths.Extents[0] != data.Extents[0])
            throw NotSamples(file, $"img_path must be ({data.Extents[0]}, 1) fixed-length strings, but is ({string.Join(", ", paths.Extents)})");
        Count = data.Extents[0];
        MaxSequenceLength = (int)data.Extents[2];
        _data = new DatasetReader(file, data);
        _imagePaths = new ImagePathReader(new DatasetReader(file, paths));
    }

    /// <exception cref="DiagnosticException">The file is missing, damaged, or not a file of samples.</exception>
    public static Hdf5SampleReader Open(string path)
    {
        var file = new Hdf5File(path, ErrorCatalog.DamagedHdf5File, ErrorCatalog.UnsupportedHdf5File) { MetadataPasses = MetadataPasses };
        try
        {
            return new Hdf5SampleReader(file);
        }
        catch (Exception error)
        {
            file.Dispose();
            if (Hdf5File.IsSenselessNumber(error))
                throw file.Damaged(error);
            throw;
        }
    }

    public string Path => _file.Path;

    public long Count { get; }

    public int MaxSequenceLength { get; }

    /// <param name="index">From 0.</param>
    /// <param name="row">Receives 4 * max_seq_length values: input ids, loss mask, labels, key padding mask.</param>
    /// <returns>The image path, or null for a text-only sample.</returns>
    public string? Read(long index, Span<int> row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)Count, nameof(index));
        if (row.Length != SampleRow.LengthOf(MaxSequenceLength))
            throw new ArgumentException($"a row has {SampleRow.LengthOf(MaxSequenceLength)} values, not {row.Length}", nameof(row));
        try
        {
            _data.ReadRow(index, MemoryMarshal.AsBytes(row));
            return _imagePaths.Read(index);
        }
        // The chunk index is decoded at the first read.
        catch (Exception error) when (Hdf5File.IsSenselessNumber(error))
        {
            throw _file.Damaged(error);
        }
    }

    /// <summary>The row in the form that <see cref="Hdf5SampleWriter"/> stores, without decoding it where the file stores the same, and its path.</summary>
    public (byte[] CompressedRow, byte[] ImagePath) ReadCompressed(long index)
    {
        try
        {
            return (_data.CompressedRow(index) ?? CompressRow(index), _imagePaths.ReadUtf8(index).ToArray());
        }
        catch (Exception error) when (Hdf5File.IsSenselessNumber(error))
        {
            throw _file.Damaged(error);
        }
    }

    byte[] CompressRow(long index)
    {
        var row = new byte[_data.RowBytes];
        _data.ReadRow(index, row);
        return SampleCompression.Compress(MemoryMarshal.Cast<byte, int>(row));
    }

    public void Dispose() => _file.Dispose();

    DatasetDescription Describe(IReadOnlyDictionary<string, long> links, string name) =>
        links.TryGetValue(name, out var address)
            ? DatasetHeader.Read(_file, address)
            : throw NotSamples(_file, $"there is no dataset {name}");

    static DiagnosticException NotSamples(Hdf5File file, string message) => ErrorCatalog.NotASampleFile.Fails(file.Path, message);
}
