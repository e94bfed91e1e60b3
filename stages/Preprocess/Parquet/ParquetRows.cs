using System.Runtime.CompilerServices;
using Llava.Contracts.Diagnostics;
using Parquet;
using Parquet.Meta;
using Parquet.Serialization;

namespace Llava.Preprocess.Parquet;

/// <summary>Rows of a parquet file and their pictures. The texts of one row group are in memory, and the pictures of a batch; only the columns that <c>TRow</c> names are read.</summary>
static class ParquetRows
{
    const int RowsPerBatch = 16;
    const long BytesPerBatch = 4 << 20;

    /// <param name="scratchPath">A file that may be made for the time of reading.</param>
    public static async IAsyncEnumerable<ParquetBatch<TRow>> ReadBatchesAsync<TRow>(string path, string scratchPath, [EnumeratorCancellation] CancellationToken cancellation)
        where TRow : class, IParquetRow, new()
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var metadata = await Guarded(path, () => MetadataOf(file, cancellation));
        var pictures = new ParquetPictures(file, metadata, scratchPath);
        var number = 1L;
        for (var group = 0; group < metadata.RowGroups.Count; group++)
        {
            file.Position = 0;
            var rows = await Guarded(path, async () => (await ParquetSerializer.DeserializeAsync<TRow>(file, null, group, cancellation)).Data);
            using var picture = (await Guarded(path, () => Task.FromResult(pictures.Read(group)))).GetEnumerator();
            for (int start = 0, count; start < rows.Count; start += count)
            {
                var first = start;
                count = await Guarded(path, () => Task.FromResult(TakePictures(rows, first, picture)));
                var done = (group + (start + count) / (double)rows.Count) / metadata.RowGroups.Count;
                yield return new ParquetBatch<TRow>([.. rows.Skip(start).Take(count)], number + start, (long)(done * file.Length));
                for (var row = start; row < start + count; row++)
                    rows[row] = null!;
            }
            number += rows.Count;
        }
    }

    /// <summary>Fills as many rows as make a batch, and returns how many.</summary>
    static int TakePictures<TRow>(IList<TRow> rows, int start, IEnumerator<byte[]?> pictures)
        where TRow : IParquetRow
    {
        var end = start;
        for (var bytes = 0L; end < rows.Count && end - start < RowsPerBatch && bytes < BytesPerBatch; end++)
            bytes += rows[end].TakePictures(() => pictures.MoveNext() ? pictures.Current : throw new InvalidDataException("there are fewer pictures than rows"));
        return end - start;
    }

    static async Task<FileMetaData> MetadataOf(FileStream file, CancellationToken cancellation)
    {
        await using var reader = await ParquetReader.CreateAsync(file, leaveStreamOpen: true, cancellationToken: cancellation);
        return reader.Metadata ?? throw new InvalidDataException("there is no metadata");
    }

    static async Task<T> Guarded<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new DiagnosticException(ErrorCatalog.BadParquet.At(path, $"the parquet file cannot be read: {error.Message}"), error);
        }
    }
}
