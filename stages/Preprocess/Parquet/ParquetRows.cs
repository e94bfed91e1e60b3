using System.Runtime.CompilerServices;
using Llava.Contracts.Diagnostics;
using Parquet;
using Parquet.Serialization;

namespace Llava.Preprocess.Parquet;

/// <summary>Rows of a parquet file, one row group in memory at a time; only the columns that <c>TRow</c> names are read.</summary>
static class ParquetRows
{
    const int RowsPerBatch = 16;

    public static async IAsyncEnumerable<ParquetBatch<TRow>> ReadBatchesAsync<TRow>(string path, [EnumeratorCancellation] CancellationToken cancellation)
        where TRow : class, new()
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var rowGroups = await Guarded(path, async () =>
        {
            await using var reader = await ParquetReader.CreateAsync(file, leaveStreamOpen: true, cancellationToken: cancellation);
            return reader.RowGroupCount;
        });
        var number = 1L;
        for (var group = 0; group < rowGroups; group++)
        {
            file.Position = 0;
            var rows = await Guarded(path, async () => await ParquetSerializer.DeserializeAsync<TRow>(file, null, group, cancellation));
            for (var start = 0; start < rows.Data.Count; start += RowsPerBatch)
            {
                var batch = rows.Data.Skip(start).Take(RowsPerBatch).ToArray();
                var done = (group + (start + batch.Length) / (double)rows.Data.Count) / rowGroups;
                yield return new ParquetBatch<TRow>(batch, number + start, (long)(done * file.Length));
            }
            number += rows.Data.Count;
        }
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
