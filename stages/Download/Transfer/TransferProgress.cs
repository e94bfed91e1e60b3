using Llava.Contracts.Progress;

namespace Llava.Download.Transfer;

/// <summary>Adds up what many files have so far, and reports it in megabytes. Thread-safe.</summary>
/// <param name="totalBytes">Of all files, those included whose beginning is here already.</param>
sealed class TransferProgress(string activity, long totalBytes, IStageLog log)
{
    const long Megabyte = 1_000_000;

    long _doneBytes;
    long _received;

    /// <summary>Bytes that came over the network.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _received);

    public void Receive(long bytes)
    {
        Interlocked.Add(ref _received, bytes);
        Advance(bytes);
    }

    /// <param name="bytes">Below zero where work is thrown away.</param>
    public void Advance(long bytes)
    {
        var done = Interlocked.Add(ref _doneBytes, bytes);
        log.Progress(totalBytes < 10 * Megabyte
            ? new StageProgress(activity, done, totalBytes, "bytes")
            : new StageProgress(activity, done / Megabyte, totalBytes / Megabyte, "MB"));
    }
}
