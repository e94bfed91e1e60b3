using System.Diagnostics;
using System.Text.Json;

namespace Llava.Train.Tests;

/// <summary>What the process holds while it trains on and on, measured from outside of this one.</summary>
public sealed class SteadyMemoryTests
{
    const int WarmUpSteps = 500; // the runtime's heap and freed memory that is kept grow until step 300
    const int Steps = WarmUpSteps + 500;
    const double MostGrowthMegabytes = 6;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10); // on a machine that has much else to do

    [Fact]
    public async Task Five_hundred_steps_after_the_warm_up_take_no_more_memory()
    {
        using var training = new MadeTraining();
        using var program = Process.Start(new ProcessStartInfo("dotnet",
        [
            "exec", Repository.PathOf("artifacts/tools/llava.dll"), "train", "--params", training.Yaml, "--model-dir", training.PathOf("run"), "--checkpoint-path", training.InitialCheckpoint,
            "--device", "cpu", "--threads", "1", "--set", $"runconfig.max_steps={Steps}", "runconfig.checkpoint_steps=0", "optimizer.learning_rate=0.001",
        ]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var _ = new EndOfProcess(program);
        using var patience = new CancellationTokenSource(Patience);
        var output = program.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = await program.StandardError.ReadToEndAsync(patience.Token);
        await program.WaitForExitAsync(patience.Token);
        Assert.True(program.ExitCode == 0, await output + errors);

        var megabytes = File.ReadLines(training.PathOf("run/metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("timing").GetProperty("resident_megabytes").GetDouble()).ToList();
        Assert.Equal(Steps, megabytes.Count);
        // A tenth of the steps at either end: collections make a saw of it.
        var (before, after) = (megabytes[(WarmUpSteps - 50)..WarmUpSteps].Average(), megabytes[^50..].Average());
        Assert.InRange(after - before, double.NegativeInfinity, MostGrowthMegabytes);
    }
}
