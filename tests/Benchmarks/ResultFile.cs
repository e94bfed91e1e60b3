using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Llava.Benchmarks;

/// <summary>Writes <c>results/NAME.md</c>: the figures, the machine and the commit they belong to.</summary>
static class ResultFile
{
    public static string Write(IBenchmark benchmark, IReadOnlyList<Comparison> table, int rounds)
    {
        var path = Path.Combine(MeasuredProcess.Repository, "tests/Benchmarks/results", $"{benchmark.Name}.md");
        string[] lines =
        [
            $"# {benchmark.Name}", "",
            $"{benchmark.Why} Measures {benchmark.Measures}. Does not measure {benchmark.DoesNotMeasure}.", "",
            "| case | unit | ours | theirs | ours / theirs | peer | target |", "|---|---|---|---|---|---|---|",
            .. table.Select(row => string.Create(CultureInfo.InvariantCulture,
                $"| {row.Case} | {row.Unit} | {row.Ours:G4} | {row.Theirs?.ToString("G4", CultureInfo.InvariantCulture)} | {row.Ratio?.ToString("F2", CultureInfo.InvariantCulture)} | {row.Peer} | {row.Target} |")),
            "", $"{benchmark.Statistic} of {rounds} alternating rounds. {Machine()}. Commit {Commit()}.",
        ];
        File.WriteAllLines(path, lines);
        return path;
    }

    static string Machine()
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1];
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        return $"{Environment.ProcessorCount} shared cores ({processor}), {memory} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    static string Commit()
    {
        var start = new ProcessStartInfo("git", ["-C", MeasuredProcess.Repository, "describe", "--always", "--dirty", "--abbrev=12"]) { RedirectStandardOutput = true };
        using var git = Process.Start(start)!;
        return git.StandardOutput.ReadToEnd().Trim();
    }
}
