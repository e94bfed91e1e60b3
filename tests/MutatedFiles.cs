using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Llava.Contracts.Diagnostics;

namespace Llava.Tests;

/// <summary>
/// Real files with bytes changed, cut, repeated or swapped, read again and again: each is read or refused with a code, within seconds.
/// A few thousand cases in ordinary runs; 100 000 where the category is asked for: <c>-- --filter-trait Category=Fuzz</c>.
/// </summary>
/// <param name="codes">What the codes begin with.</param>
/// <param name="read">Reads the whole file; throws where a reader swells. The text says which case it is.</param>
sealed class MutatedFiles(string codes, Action<MutatedFile, string> read)
{
    public const string Category = "Fuzz";

    const int FewCases = 2_000, ManyCases = 100_000;

    static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(60); // of a machine that does other things too; a case takes a millisecond

    static int Cases => Environment.GetCommandLineArgs().Contains($"Category={Category}") ? ManyCases : FewCases;

    /// <summary>On a thread of its own, so that one that hangs is a failure and not a test run that hangs.</summary>
    public void Run(int seed, params MutatedFile[] files)
    {
        var (number, started) = (-1, Stopwatch.GetTimestamp());
        ExceptionDispatchInfo? failure = null;
        var cases = new Thread(() =>
        {
            try
            {
                RunCases(new Random(seed), files, next => (number, started) = (next, Stopwatch.GetTimestamp()));
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        })
        { IsBackground = true };
        cases.Start();
        while (!cases.Join(TimeSpan.FromSeconds(1)))
            Assert.True(Stopwatch.GetElapsedTime(Volatile.Read(ref started)) < LongestCase, $"case {Volatile.Read(ref number)} hangs");
        failure?.Throw();
    }

    /// <summary>What the thread that calls it allocates more than that is a failure.</summary>
    public static void AssertAllocates(long most, string what, Action reading)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            reading();
        }
        finally
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= most, $"{what} allocated {allocated} bytes, more than {most}");
        }
    }

    void RunCases(Random random, MutatedFile[] files, Action<int> onCase)
    {
        // The first ones pay for what is made once.
        foreach (var file in files)
            Assert.True(IsRead(file, "unchanged"), $"{file.Path} does not read");
        var refused = 0;
        for (var number = 0; number < Cases; number++)
        {
            onCase(number);
            var file = files[number % files.Length];
            file.Damage(random);
            refused += IsRead(file, $"case {number}") ? 0 : 1;
            file.Mend();
        }
        // What changes nothing proves nothing.
        Assert.InRange(refused, Cases / 20, Cases);
        foreach (var file in files)
        {
            Assert.True(IsRead(file, "mended"), $"{file.Path} was not mended");
            file.Dispose();
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Cases} cases over {files.Length} files, {refused} refused"));
    }

    bool IsRead(MutatedFile file, string what)
    {
        try
        {
            read(file, what);
            return true;
        }
        catch (DiagnosticException coded)
        {
            Assert.All(coded.Diagnostics, problem => Assert.StartsWith(codes, problem.Code.Id, StringComparison.Ordinal));
            return false;
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            throw new Xunit.Sdk.XunitException($"{what}: {error}");
        }
    }
}
