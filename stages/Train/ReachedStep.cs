using Llava.Data.Loading;

namespace Llava.Train;

/// <summary>
/// How far a run is on the host: behind the last step that was queued. A GPU may find one of those not finite only later, so every
/// position since it was last waited for is kept, and the one before the first of them.
/// </summary>
sealed class ReachedStep(LoaderPosition start)
{
    readonly List<(long Step, LoaderPosition Position)> _unread = [];

    /// <summary>Optimizer steps made.</summary>
    public long Step { get; private set; }

    /// <summary>Where the loader goes on behind them.</summary>
    public LoaderPosition Position { get; private set; } = start;

    /// <summary>The device has been asked for all of them.</summary>
    public bool IsRead => _unread.Count == 0;

    public void StartFrom(long step, LoaderPosition position) => (Step, Position) = (step, position);

    public void Queue(long step, LoaderPosition next)
    {
        if (IsRead)
            _unread.Add((Step, Position));
        (Step, Position) = (step, next);
        _unread.Add((step, next));
    }

    public void MarkRead() => _unread.Clear();

    public void GoBackTo(long step)
    {
        (Step, Position) = _unread.Single(entry => entry.Step == step);
        MarkRead();
    }
}
