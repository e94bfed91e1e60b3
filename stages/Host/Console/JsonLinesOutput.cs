using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Host.Console;

/// <summary>
/// One JSON object a line: <c>{"event":"progress",…}</c>, <c>information</c>, <c>count</c>. Warnings and errors go to
/// standard error in canonical form, which is what a build reads. Progress is thinned to a few lines a second.
/// </summary>
sealed class JsonLinesOutput(TextWriter output) : StageOutput
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    readonly Lock _lock = new();
    readonly TimeProvider _clock = TimeProvider.System;
    long _lastProgress = long.MinValue;
    string _lastActivity = "";

    public override void Progress(StageProgress progress)
    {
        lock (_lock)
        {
            var isFirst = progress.Activity != _lastActivity;
            if (!isFirst && progress.Done != progress.Total && _clock.GetElapsedTime(_lastProgress) < Interval)
                return;
            _lastActivity = progress.Activity;
            _lastProgress = _clock.GetTimestamp();
            Write(new
            {
                @event = "progress",
                activity = progress.Activity,
                done = progress.Done,
                total = progress.Total,
                unit = progress.Unit,
                metrics = progress.Metrics?.Where(metric => double.IsFinite(metric.Value)).ToDictionary(metric => metric.Name, metric => metric.Value),
            });
        }
    }

    public override void Information(string message) => Write(new { @event = "information", message });

    // JSON, and so a stage's record, has no NaN.
    public override void Count(string name, double value)
    {
        if (double.IsFinite(value))
            Write(new { @event = "count", name, value });
    }

    public override void Warning(Diagnostic diagnostic) => System.Console.Error.WriteLine(diagnostic);

    public override void Error(Diagnostic diagnostic) => System.Console.Error.WriteLine(diagnostic);

    void Write(object line)
    {
        lock (_lock)
        {
            output.WriteLine(JsonSerializer.Serialize(line));
            output.Flush();
        }
    }
}
