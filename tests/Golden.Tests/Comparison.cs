using System.Collections.Concurrent;
using System.Globalization;
using Xunit.Sdk;

namespace Llava.Golden.Tests;

/// <summary>Goes through the cases that a set holds, and keeps how many were compared.</summary>
static class Comparison
{
    static readonly ConcurrentDictionary<(string Part, string What), long> Counts = [];

    /// <summary>
    /// Compares every case; the differing ones are reported together. A part without a single case fails; where all that could be compared
    /// needs a file that the set lacks, the test is skipped, naming it.
    /// </summary>
    /// <param name="compare">Throws where a case differs; returns how many rows, strings, tensors … it compared.</param>
    public static async Task EachAsync<T>(string part, string what, IEnumerable<T> cases, Func<T, Task<long>> compare)
    {
        var problems = new List<string>();
        var compared = 0L;
        SkipException? absent = null;
        foreach (var item in cases)
        {
            try
            {
                compared += await compare(item);
            }
            catch (SkipException skip)
            {
                absent ??= skip;
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                problems.Add($"{part} {what} {item}: {problem.Message}");
            }
        }
        if (problems.Count > 0)
            Assert.Fail(string.Join('\n', problems));
        if (compared == 0 && absent is not null)
            throw absent;
        Assert.True(compared > 0, $"{part} is there, but holds no {what}");
        Counts.AddOrUpdate((part, what), compared, (_, earlier) => earlier + compared);
    }

    public static void Each<T>(string part, string what, IEnumerable<T> cases, Func<T, long> compare) =>
        EachAsync(part, what, cases, item => Task.FromResult(compare(item))).GetAwaiter().GetResult();

    public static long CountOf(string part) => Counts.Where(entry => entry.Key.Part == part).Sum(entry => entry.Value);

    /// <summary>One line a part.</summary>
    public static IEnumerable<string> Lines() => GoldenSet.Parts.Select(part =>
        GoldenSet.Has(part) ? $"  {part,-14} {CountOf(part).ToString(CultureInfo.InvariantCulture),6} compared: {Details(part)}" : $"  {part,-14} absent, skipped");

    static string Details(string part) => string.Join(", ", Counts
        .Where(entry => entry.Key.Part == part)
        .OrderBy(entry => entry.Key.What, StringComparer.Ordinal)
        .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Value} {entry.Key.What}"))
        .Concat(GoldenSet.MissedOf(part).Select(path => $"{path} is absent")));
}
