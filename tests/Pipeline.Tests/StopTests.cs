using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Llava.Pipeline.Tests;

/// <summary>A training that is told to stop saves its state, and the next run goes on from it to the same weights.</summary>
[Collection(nameof(DemoRun))]
public sealed partial class StopTests(DemoRun demo)
{
    const int SignalInterrupt = 2;
    const int SignalTerminate = 15;
    const string Steps = "-p:Phase2TrainSet=runconfig.max_steps=150";

    [Theory]
    [InlineData(SignalTerminate)]
    [InlineData(SignalInterrupt)]
    public void A_stopped_training_goes_on_where_it_was(int signal)
    {
        demo.ShortRun.MustSucceed();
        var undisturbed = demo.CopyOfShort($"undisturbed-{signal}");
        demo.Start("Phase2Train", undisturbed, Steps).MustSucceed();

        var artifacts = demo.CopyOfShort($"stopped-{signal}");
        var output = StopAtFirstSteps(artifacts, signal);
        Assert.Contains("error LLAVA7003: phase2-train was stopped; what it had done is saved, and the same command goes on from there", output, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(artifacts, "train", "phase2"), "checkpoint_*"));
        Assert.False(File.Exists(Path.Combine(artifacts, "train", "phase2", "stage.json")));

        var resumed = demo.Start("Phase2Train", artifacts, Steps).MustSucceed();
        Assert.Equal(["phase2-train"], resumed.Stages);
        Assert.Contains("phase2-train is stale: its last run was interrupted; it goes on from there", resumed.Output, StringComparison.Ordinal);
        Assert.Contains("going on from step", resumed.Output, StringComparison.Ordinal);
        Assert.Equal(FinalWeights(undisturbed), FinalWeights(artifacts));
    }

    string StopAtFirstSteps(string artifacts, int signal)
    {
        var command = PipelineRun.Command("Phase2Train", artifacts, [.. demo.ShortProperties, Steps]);
        // A shell starts what runs behind it deaf to Ctrl-C, and so would be all that the tests start there.
        command.ArgumentList.Insert(0, command.FileName);
        command.ArgumentList.Insert(0, "--default-signal=INT");
        command.FileName = "env";
        using var process = Process.Start(command)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = new System.Text.StringBuilder();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            output.AppendLine(line);
            if (line.Contains("steps, loss", StringComparison.Ordinal))
                _ = Kill(process.Id, signal);
        }
        process.WaitForExit();
        Assert.NotEqual(0, process.ExitCode);
        return output.Append(errors.Result).ToString();
    }

    static string FinalWeights(string artifacts) => string.Join('\n', Directory.GetDirectories(Path.Combine(artifacts, "train", "phase2"), "checkpoint_*")
        .OrderBy(folder => int.Parse(folder.Split('_')[^1], CultureInfo.InvariantCulture))
        .TakeLast(1)
        .SelectMany(folder => Directory.GetFiles(folder, "*.safetensors").Order(StringComparer.Ordinal))
        .Select(path => $"{Path.GetRelativePath(artifacts, path)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}"));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
