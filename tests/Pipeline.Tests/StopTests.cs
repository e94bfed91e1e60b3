using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Llava.Contracts.Files;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary>A training that is told to stop saves its state, and the next run goes on from it to the same weights.</summary>
[Collection(nameof(DemoRun))]
public sealed class StopTests(DemoRun demo)
{
    const int FirstSteps = 10; // more than the short run made, whose metrics lie there
    const string Steps = "-p:Phase2TrainSet=runconfig.max_steps=150";

    [Theory]
    [InlineData(Signals.Terminate)]
    [InlineData(Signals.Interrupt)]
    public void A_stopped_training_goes_on_where_it_was(int signal)
    {
        demo.ShortRun.MustSucceed();
        var undisturbed = demo.CopyOfShort($"undisturbed-{signal}");
        demo.Start("Phase2Train", undisturbed, Steps).MustSucceed();

        var artifacts = demo.CopyOfShort($"stopped-{signal}");
        var output = StopAtFirstSteps(artifacts, signal);
        Assert.True(output.Contains("error LLAVA7003: phase2-train was stopped; what it had done is saved, and the same command goes on from there", StringComparison.Ordinal), output);
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(artifacts, "train", "phase2"), "checkpoint_*"));
        Assert.False(File.Exists(Path.Combine(artifacts, "train", "phase2", "stage.json")));

        var resumed = demo.Start("Phase2Train", artifacts, Steps).MustSucceed();
        Assert.Equal(["phase2-train"], resumed.Stages);
        Assert.Contains("phase2-train is stale: its last run was interrupted; it goes on from there", resumed.Output, StringComparison.Ordinal);
        Assert.Contains("going on from step", resumed.Output, StringComparison.Ordinal);
        Assert.Equal(FinalWeights(undisturbed), FinalWeights(artifacts));
    }

    [Theory]
    [InlineData(Signals.Terminate)]
    [InlineData(Signals.Interrupt)]
    public void A_run_that_waits_for_another_and_is_told_to_end_does_not_look_as_if_it_had_succeeded(int signal)
    {
        var artifacts = demo.FolderFor($"waiting-{signal}");
        Directory.CreateDirectory(Path.Combine(artifacts, ".graph"));
        using var other = FileLock.TryTake(Path.Combine(artifacts, ".graph", "run.lock"));
        var output = StopAt("is in use by process", signal, PipelineRun.CommandUnder(Signals.HearingCtrlC, "CheckRecipe", artifacts, demo.ShortProperties));
        Assert.Contains($"{artifacts}/ : error LLAVA7003: stopped while waiting for another run", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Signals.Terminate)]
    [InlineData(Signals.Interrupt)]
    public void A_run_that_is_told_to_end_while_it_looks_at_inputs_ends_between_two_files_and_fails(int signal)
    {
        var sandbox = demo.FolderFor($"looking-{signal}");
        Directory.CreateDirectory(Path.Combine(sandbox, "raw"));
        // Holes take no room, but far longer to read than any machine takes to stop.
        for (var file = 0; file < 3000; file++)
        {
            using var hollow = File.Create(Path.Combine(sandbox, "raw", $"{file}.json"));
            hollow.SetLength(1L << 30);
        }
        var items = Path.Combine(sandbox, "items.props");
        File.WriteAllText(items, $"""<Project><ItemGroup><Dataset Include="own" Preprocessor="json2jsonl" Phase="2" Input="{sandbox}/raw" /></ItemGroup></Project>""");
        var clock = Stopwatch.StartNew();
        var output = StopAt("preprocess/demo-charts would run", signal, PipelineRun.CommandUnder(Signals.HearingCtrlC, "Preprocess", Path.Combine(sandbox, "artifacts"), [.. demo.ShortProperties, $"-p:DatasetsFile={items}", "-p:DryRun=true"]));
        Assert.Contains("error LLAVA7003: the run was stopped; what was finished before is whole, and the same command goes on from there", output, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalMinutes, 0, 5);
    }

    string StopAtFirstSteps(string artifacts, int signal)
    {
        using var process = Process.Start(PipelineRun.CommandUnder(Signals.HearingCtrlC, "Phase2Train", artifacts, [.. demo.ShortProperties, Steps]))!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var metrics = Path.Combine(artifacts, "train", "phase2", "metrics.jsonl");
        while (!process.HasExited && KilledEvaluateTests.Lines(metrics) < FirstSteps)
            Thread.Sleep(2);
        // However fast it trains, it has not come to its end when the signal arrives.
        using (Signals.Hold(Signals.ChildOf(process.Id)))
        {
            Signals.Send(process.Id, signal);
            Thread.Sleep(500);
        }
        process.WaitForExit();
        Assert.NotEqual(0, process.ExitCode);
        return output.Result + errors.Result;
    }

    static string StopAt(string text, int signal, ProcessStartInfo command)
    {
        using var process = Process.Start(command)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = new System.Text.StringBuilder();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            output.AppendLine(line);
            if (line.Contains(text, StringComparison.Ordinal))
                Signals.Send(process.Id, signal);
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
}
