using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Hdf5;

namespace Llava.Hdf5.Shuffling;

/// <summary>
/// All rows of a folder in one random order, in <c>data-00000.h5</c> and on, rows and image paths kept together. Two passes that read
/// and write in sequence: every row goes to the bucket of its output file, then each bucket is put in order. Rows are moved as they
/// are stored.
/// </summary>
static class RowShuffle
{
    /// <param name="files">At least one.</param>
    /// <param name="scratch">An empty folder for the buckets, on the disk of the output.</param>
    /// <exception cref="DiagnosticException">No files, or files of different sequence lengths.</exception>
    public static void Run(IReadOnlyList<string> files, string output, string scratch, int chunks, long seed, IStageLog log, CancellationToken cancellation)
    {
        var (total, length) = Measure(files);
        var order = new ShuffledOrder(seed, total);
        // Places of file c: from total * c / chunks on, so that sizes differ by one row at most.
        var buckets = new List<RowBucket>(chunks);
        try
        {
            for (var chunk = 0; chunk < chunks; chunk++)
                buckets.Add(new RowBucket(Path.Combine(scratch, string.Create(CultureInfo.InvariantCulture, $"{chunk}.rows"))));
            Distribute(files, order, total, buckets, log, cancellation);
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                cancellation.ThrowIfCancellationRequested();
                WriteFile(Path.Combine(output, string.Create(CultureInfo.InvariantCulture, $"data-{chunk:d5}.h5")), length, buckets[chunk]);
                log.Progress(new StageProgress("writing shuffled files", chunk + 1, chunks, "files"));
            }
        }
        finally
        {
            foreach (var bucket in buckets)
                bucket.Dispose();
        }
    }

    static (long Rows, int MaxSequenceLength) Measure(IReadOnlyList<string> files)
    {
        var (rows, length) = (0L, 0);
        foreach (var path in files)
        {
            using var file = Hdf5SampleReader.Open(path);
            if (length != 0 && file.MaxSequenceLength != length)
                throw ErrorCatalog.NotASampleFile.Fails(path, $"max_seq_length is {file.MaxSequenceLength}, but {length} in {files[0]}");
            (rows, length) = (rows + file.Count, file.MaxSequenceLength);
        }
        return (rows, length);
    }

    static void Distribute(IReadOnlyList<string> files, ShuffledOrder order, long total, List<RowBucket> buckets, IStageLog log, CancellationToken cancellation)
    {
        var index = 0L;
        foreach (var path in files)
        {
            using var file = Hdf5SampleReader.Open(path);
            for (var row = 0L; row < file.Count; row++, index++)
            {
                cancellation.ThrowIfCancellationRequested();
                var place = order.PlaceOf(index);
                var (compressed, imagePath) = file.ReadCompressed(row);
                buckets[BucketOf(place, total, buckets.Count)].Add(place, compressed, imagePath);
                if ((index & 1023) == 0)
                    log.Progress(new StageProgress("shuffling", index, total, "rows"));
            }
        }
    }

    // The largest chunk whose first place, total * chunk / chunks rounded down, is not beyond this one.
    static int BucketOf(long place, long total, int chunks) => (int)(((Int128)(place + 1) * chunks - 1) / total);

    static void WriteFile(string path, int maxSequenceLength, RowBucket bucket)
    {
        using var writer = new Hdf5SampleWriter(path, maxSequenceLength);
        foreach (var (row, imagePath) in bucket.InOrder())
            writer.AppendCompressed(row, imagePath);
        writer.Commit();
    }
}
