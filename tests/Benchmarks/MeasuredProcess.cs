using System.Diagnostics;
using System.Globalization;

namespace Llava.Benchmarks;

/// <summary>A whole program, timed from its start to its end by GNU time, which also knows its largest resident memory.</summary>
public sealed record MeasuredProcess(double Seconds, double ProcessorSeconds, double PeakMegabytes, string Output)
{
    /// <summary>What it wrote to standard error.</summary>
    public string Messages { get; init; } = "";

    /// <summary>The repository that the benchmarks were built from.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Runs <c>llava</c> from artifacts/tools (build it first: <c>dotnet msbuild pipeline.proj -t:BuildTools</c>).</summary>
    public static Task<MeasuredProcess> LlavaAsync(params string[] arguments)
        => RunAsync("dotnet", ["exec", Path.Combine(Repository, "artifacts/tools/llava.dll"), .. arguments]);

    /// <exception cref="InvalidOperationException">the program failed; the message ends with what it printed</exception>
    public static async Task<MeasuredProcess> RunAsync(string program, IEnumerable<string> arguments)
    {
        var report = Path.GetTempFileName();
        var start = new ProcessStartInfo("/usr/bin/time") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (IEnumerable<string>)["-o", report, "-f", "%e %U %S %M", program, .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{await output}");
        var figures = File.ReadLines(report).Last().Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        File.Delete(report);
        return new MeasuredProcess(figures[0], figures[1] + figures[2], figures[3] * 1024 / 1e6, await output) { Messages = await errors };
    }

    static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "pipeline.proj")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"no pipeline.proj above {AppContext.BaseDirectory}");
        return folder;
    }
}
