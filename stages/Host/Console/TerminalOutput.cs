using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Host.Console;

/// <summary>One live line per activity on a terminal, a line every few seconds where output is redirected.</summary>
sealed class TerminalOutput(TimeProvider clock) : StageOutput
{
    static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan RedirectedInterval = TimeSpan.FromSeconds(5);

    readonly Lock _lock = new();
    readonly bool _isLive = !System.Console.IsErrorRedirected;
    readonly ProgressRate _rate = new(clock);
    long _lastShown;
    int _liveWidth;

    public override void Progress(StageProgress progress)
    {
        lock (_lock)
        {
            _rate.Update(progress);
            var interval = _isLive ? TerminalInterval : RedirectedInterval;
            if (progress.Done != progress.Total && clock.GetElapsedTime(_lastShown) < interval)
                return;
            _lastShown = clock.GetTimestamp();
            Show(_rate.Describe(progress), final: progress.Done == progress.Total);
        }
    }

    public override void Information(string message)
    {
        lock (_lock)
        {
            ClearLiveLine();
            System.Console.Error.WriteLine(PlainText.Lines(message));
        }
    }

    public override void Warning(Diagnostic diagnostic) => Information(diagnostic.ToString());

    public override void Error(Diagnostic diagnostic) => Information(diagnostic.ToString());

    public override void Count(string name, double value) => Information(string.Create(CultureInfo.InvariantCulture, $"{name}: {value:0.######}"));

    public override void Dispose() => ClearLiveLine();

    void Show(string line, bool final)
    {
        if (!_isLive || final)
        {
            ClearLiveLine();
            System.Console.Error.WriteLine(line);
            return;
        }
        System.Console.Error.Write('\r' + line.PadRight(_liveWidth));
        _liveWidth = line.Length;
    }

    void ClearLiveLine()
    {
        if (_liveWidth > 0)
            System.Console.Error.Write('\r' + new string(' ', _liveWidth) + '\r');
        _liveWidth = 0;
    }
}
