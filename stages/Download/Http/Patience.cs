namespace Llava.Download.Http;

/// <summary>How long a transfer waits, and how often it tries again.</summary>
sealed record Patience
{
    /// <summary>Longest time in which nothing arrives.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Tries in a row that bring no new byte.</summary>
    public int Attempts { get; init; } = 7;

    /// <summary>Tries in all, however much each brings.</summary>
    public int AttemptsInAll { get; init; } = 200;

    /// <summary>Wait after the first failure; each further one doubles it.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A server that asks for more than this is not waited for.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <param name="failures">In a row, from 1.</param>
    public TimeSpan DelayAfter(int failures) => TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Min(failures - 1, 20)));
}
