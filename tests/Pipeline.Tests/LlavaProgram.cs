using System.Diagnostics;

namespace Llava.Pipeline.Tests;

/// <summary><c>llava VERB</c> as a process of its own.</summary>
static class LlavaProgram
{
    public static ProcessStartInfo Command(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["exec", Path.Combine(PipelineRun.Repository, "artifacts", "tools", "llava.dll"), .. arguments])
            start.ArgumentList.Add(argument);
        return start;
    }

    /// <returns>What it printed; the test fails where the program does.</returns>
    public static string Run(params string[] arguments)
    {
        var (exitCode, output) = TryRun(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }

    public static (int ExitCode, string Output) TryRun(params string[] arguments) => Finish(Command(arguments));

    /// <summary>As <see cref="TryRun"/>, with a variable of its environment.</summary>
    public static (int ExitCode, string Output) TryRunWith(string variable, string value, params string[] arguments)
    {
        var start = Command(arguments);
        start.Environment[variable] = value;
        return Finish(start);
    }

    static (int ExitCode, string Output) Finish(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
