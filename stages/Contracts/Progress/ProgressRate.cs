using System.Globalization;
using System.Text;

namespace Llava.Contracts.Progress;

/// <summary>Turns progress reports into "activity 120/600 samples, 57 samples/s, loss 2.31, 8 s left".</summary>
public sealed class ProgressRate(TimeProvider clock)
{
    string _activity = "";
    long _startedAt;
    long _firstDone;

    public void Update(StageProgress progress)
    {
        if (progress.Activity == _activity)
            return;
        _activity = progress.Activity;
        _startedAt = clock.GetTimestamp();
        _firstDone = progress.Done;
    }

    /// <summary>Call <see cref="Update"/> first.</summary>
    public string Describe(StageProgress progress)
    {
        var text = new StringBuilder(progress.Activity);
        var invariant = CultureInfo.InvariantCulture;
        text.Append(invariant, $" {progress.Done}");
        if (progress.Total is { } total)
            text.Append(invariant, $"/{total}");
        text.Append(invariant, $" {progress.Unit}");
        foreach (var (name, value) in progress.Metrics ?? [])
            text.Append(invariant, $", {name} {value:G4}");
        var seconds = clock.GetElapsedTime(_startedAt).TotalSeconds;
        var perSecond = (progress.Done - _firstDone) / Math.Max(seconds, 1e-9);
        if (seconds < 0.5 || perSecond <= 0)
            return text.ToString();
        text.Append(invariant, $", {perSecond:0.#} {progress.Unit}/s");
        if (progress.Total > progress.Done)
            text.Append(invariant, $", {TimeSpan.FromSeconds((progress.Total.Value - progress.Done) / perSecond):h\\:mm\\:ss} left");
        return text.ToString();
    }
}
