using System.Diagnostics;

namespace Llava.Benchmarks;

/// <summary>
/// Times two sides in turns (ours, theirs, theirs, ours, …), so that what else the machine does falls on both alike, and takes medians.
/// One run of each before the clock starts warms caches; a cold start is measured by starting a process in the side itself.
/// </summary>
public static class Alternating
{
    /// <param name="prepare">Runs before each side, off the clock: removes what the last one left, and gives both the same caches.</param>
    /// <returns>median seconds of each side</returns>
    public static async Task<(double OursSeconds, double TheirsSeconds)> SecondsAsync(int rounds, Func<Task> ours, Func<Task> theirs, Func<Task>? prepare = null)
    {
        prepare ??= () => Task.CompletedTask;
        await prepare();
        await ours();
        await prepare();
        await theirs();
        List<double> oursSeconds = [], theirsSeconds = [];
        for (var round = 0; round < rounds; round++)
        {
            var oursFirst = round % 2 == 0;
            if (oursFirst)
                oursSeconds.Add(await SecondsAsync(ours, prepare));
            theirsSeconds.Add(await SecondsAsync(theirs, prepare));
            if (!oursFirst)
                oursSeconds.Add(await SecondsAsync(ours, prepare));
        }
        return (Median(oursSeconds), Median(theirsSeconds));
    }

    static async Task<double> SecondsAsync(Func<Task> side, Func<Task> prepare)
    {
        await prepare();
        var start = Stopwatch.GetTimestamp();
        await side();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
