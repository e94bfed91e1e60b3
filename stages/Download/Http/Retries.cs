using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Download.Http;

/// <summary>Repeats what fails for a passing reason: a little later each time, or when the server says; that then holds for all other requests too. Thread-safe.</summary>
sealed class Retries(Patience patience, TimeProvider clock, IStageLog log)
{
    long _quietUntil;

    /// <param name="what">Named in messages.</param>
    /// <param name="progress">Bytes that have arrived: a try that brings some does not count as failed.</param>
    /// <exception cref="DiagnosticException">It failed for good.</exception>
    public async Task<T> RunAsync<T>(string what, Func<Task<T>> attempt, Func<long> progress, CancellationToken cancellation)
    {
        var failures = 0;
        for (var tries = 1; ; tries++)
        {
            var before = progress();
            await BeQuietAsync(cancellation);
            try
            {
                return await attempt();
            }
            catch (TransferException failure)
            {
                failures = progress() > before ? 1 : failures + 1;
                if (!failure.IsPassing || failures >= patience.Attempts || tries >= patience.AttemptsInAll || failure.RetryAfter > patience.LongestRetryAfter)
                    throw new DiagnosticException(failure.Code.At(what, Final(failure, tries)), failure);
                var delay = failure.RetryAfter ?? patience.DelayAfter(failures);
                log.Information(string.Create(CultureInfo.InvariantCulture, $"{what}: {failure.Message}; trying again in {delay.TotalSeconds:0.#} s"));
                if (failure.RetryAfter is not null)
                    AskForQuiet(clock.GetUtcNow() + delay);
                await Task.Delay(delay, clock, cancellation);
            }
        }
    }

    async Task BeQuietAsync(CancellationToken cancellation)
    {
        var wait = new DateTimeOffset(Interlocked.Read(ref _quietUntil), TimeSpan.Zero) - clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancellation);
    }

    void AskForQuiet(DateTimeOffset until)
    {
        for (var known = Interlocked.Read(ref _quietUntil); known < until.UtcTicks;)
            known = Interlocked.CompareExchange(ref _quietUntil, until.UtcTicks, known) is var found && found == known ? until.UtcTicks : found;
    }

    static string Final(TransferException failure, int tries)
    {
        var wait = failure.RetryAfter is { } after ? string.Create(CultureInfo.InvariantCulture, $", which asks to be left alone for {after.TotalSeconds:0} s") : "";
        return failure.IsPassing
            ? string.Create(CultureInfo.InvariantCulture, $"{failure.Message}{wait} ({(tries == 1 ? "1 try" : $"{tries} tries")}); what has arrived is kept, and the same command goes on from there")
            : failure.Message;
    }
}
