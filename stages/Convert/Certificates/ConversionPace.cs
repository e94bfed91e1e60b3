namespace Llava.Conversion.Certificates;

/// <summary>How far a conversion has come, for work that keeps step with it.</summary>
sealed class ConversionPace : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    long _bytes;

    public void Advance(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>The conversion is through: nothing waits any more.</summary>
    public void Finish() => Interlocked.Exchange(ref _bytes, long.MaxValue);

    /// <summary>Also where it fails: what waits must not wait for ever.</summary>
    public void Dispose() => Finish();

    public void WaitFor(long bytes, CancellationToken cancellation)
    {
        while (Interlocked.Read(ref _bytes) < bytes)
        {
            if (cancellation.WaitHandle.WaitOne(Pause))
                cancellation.ThrowIfCancellationRequested();
        }
    }
}
