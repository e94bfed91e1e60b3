namespace Llava.Store;

/// <summary>Gives a transfer up when nothing has moved for a while, however long the whole of it takes.</summary>
sealed class Stall(TimeSpan patience) : IDisposable
{
    readonly CancellationTokenSource _source = new(patience);

    public CancellationToken Token => _source.Token;

    /// <summary>Something has moved.</summary>
    public void Moved() => _source.CancelAfter(patience);

    public void Dispose() => _source.Dispose();
}
