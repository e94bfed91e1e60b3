using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Llava.Tests;

namespace Llava.Train.Tests;

/// <summary>
/// Stops the real program at random moments and runs it again. <c>LLAVA_TRAINING_KILLS</c> sets how often,
/// <c>LLAVA_KILL_SEED</c> when.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class KilledTrainingTests
{
    const int Signalled = 128; // added to the number of the signal that ended a process
    const int Steps = 120;
    const int MostDelayMilliseconds = 25;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(20); // on a machine that has much else to do
    static readonly string[] Overrides = [$"runconfig.max_steps={Steps}", "runconfig.checkpoint_steps=3", "runconfig.max_checkpoints=3", "runconfig.eval_frequency=7", "optimizer.learning_rate=0.01"];

    readonly Random _random = new(NumberFrom("LLAVA_KILL_SEED", 1));

    [Theory]
    [InlineData("train")]
    [InlineData("train_and_eval")]
    public void Killed_at_any_moment_a_training_ends_with_the_weights_and_metrics_of_one_left_alone(string modeName)
    {
        var wanted = NumberFrom("LLAVA_TRAINING_KILLS", 6);
        using var training = new MadeTraining();
        Assert.False(StopsEarly(training, "whole", modeName, mostSteps: null));
        for (var (kills, pass) = (0, 0); kills < wanted; pass++)
        {
            while (StopsEarly(training, $"killed-{pass}", modeName, kills < wanted ? 2 * Steps / wanted : null))
                kills++;
            Assert.Equal(training.Weights("whole", Steps), training.Weights($"killed-{pass}", Steps));
            Assert.Equal(File.ReadAllBytes(training.CheckpointFile("whole", Steps, "optimizer.safetensors")), File.ReadAllBytes(training.CheckpointFile($"killed-{pass}", Steps, "optimizer.safetensors")));
            Assert.Equal(training.Metrics("whole"), training.Metrics($"killed-{pass}"));
            Assert.Equal(Best(training, "whole"), Best(training, $"killed-{pass}"));
            Assert.Empty(Directory.GetFileSystemEntries(training.PathOf($"killed-{pass}"), "*.partial"));
        }
    }

    [Fact]
    public async Task What_a_killed_run_had_half_written_is_removed_even_where_no_step_is_left_to_make()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run"));
        File.WriteAllText(training.PathOf("run/best_checkpoint.json.2147483647.partial"), "{");
        File.WriteAllText(training.PathOf("run/mine.partial"), "not of this program");

        await training.RunAsync(training.Options("run"));

        Assert.Equal(["mine.partial"], Directory.GetFiles(training.PathOf("run"), "*.partial").Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public async Task A_second_interrupt_ends_a_training_at_once_and_harms_nothing()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("whole", overrides: Overrides));
        await training.RunUntilAsync(training.Options("run", overrides: Overrides), step: 7);
        ReplacePictures(training);
        using (var program = Start(training, "run", "train"))
        {
            using var _ = new EndOfProcess(program);
            WaitUntilItTrains(training, program);
            Send(program, Signals.Interrupt);
            Assert.False(program.WaitForExit(TimeSpan.FromSeconds(1)), "the first interrupt waits for the step that is being made");
            Send(program, Signals.Interrupt);
            Assert.True(program.WaitForExit(AtOnce), "the second interrupt waits for nothing");
            Assert.Equal(Signalled + Signals.Interrupt, program.ExitCode);
        }
        PutPicturesBack(training);
        await training.RunAsync(training.Options("run", overrides: Overrides));

        Assert.Equal(training.Weights("whole", Steps), training.Weights("run", Steps));
        Assert.Equal(training.Metrics("whole"), training.Metrics("run"));
        Assert.Empty(training.Log.Warnings);
    }

    // Pictures that nobody ever writes: the run waits for its next batch for ever.
    static void ReplacePictures(MadeTraining training)
    {
        Directory.Move(training.PathOf("images"), training.PathOf("pictures"));
        Directory.CreateDirectory(training.PathOf("images"));
        foreach (var picture in Directory.EnumerateFiles(training.PathOf("pictures")))
            Assert.Equal(0, MakeFifo(Path.Combine(training.PathOf("images"), Path.GetFileName(picture)), Convert.ToUInt32("600", 8)));
    }

    static void PutPicturesBack(MadeTraining training)
    {
        Directory.Delete(training.PathOf("images"), recursive: true);
        Directory.Move(training.PathOf("pictures"), training.PathOf("images"));
    }

    // It opens its files of metrics after all else, right before the first step.
    static void WaitUntilItTrains(MadeTraining training, Process program)
    {
        var clock = Stopwatch.StartNew();
        while (Directory.GetFiles(training.PathOf("run"), "events.*").Length < 2 && clock.Elapsed < Patience)
            Thread.Sleep(10);
        Assert.False(program.HasExited);
        Thread.Sleep(1500);
    }

    /// <param name="mostSteps">Of this run before it is stopped; null lets it come to its end.</param>
    bool StopsEarly(MadeTraining training, string folder, string mode, int? mostSteps)
    {
        var target = LinesOf(training, folder) + (mostSteps is { } most ? _random.Next(1, most) : 2 * Steps);
        using var program = Start(training, folder, mode);
        using var _ = new EndOfProcess(program);
        var clock = Stopwatch.StartNew();
        var output = program.StandardOutput.ReadToEndAsync();
        var errors = program.StandardError.ReadToEndAsync();
        while (!program.HasExited && LinesOf(training, folder) < target && clock.Elapsed < Patience)
            Thread.Sleep(1);
        Thread.Sleep(_random.Next(MostDelayMilliseconds));
        var signal = _random.Next(3) == 0 ? Signals.Terminate : Signals.Kill;
        if (!program.HasExited)
            Send(program, signal);
        Assert.True(program.WaitForExit(Patience));
        program.WaitForExit();
        Assert.True(program.ExitCode is 0 || program.ExitCode == Signalled + signal, output.Result + errors.Result);
        return program.ExitCode != 0;
    }

    static int LinesOf(MadeTraining training, string folder)
    {
        var path = training.PathOf($"{folder}/metrics.jsonl");
        if (!File.Exists(path))
            return 0;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Count(letter => letter == '\n');
    }

    // Null in mode train, which has none.
    static string? Best(MadeTraining training, string folder) =>
        training.PathOf($"{folder}/best_checkpoint.json") is var path && File.Exists(path) ? File.ReadAllText(path) : null;

    static Process Start(MadeTraining training, string folder, string mode)
    {
        string[] command =
        [
            .. Signals.HearingCtrlC, "dotnet", "exec", Repository.PathOf("artifacts/tools/llava.dll"), "train", "--mode", mode, "--params", training.Yaml, "--model-dir", training.PathOf(folder),
            "--checkpoint-path", training.InitialCheckpoint, "--device", "cpu", "--threads", "1", "--set", .. Overrides,
        ];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    // It may have come to its end just now.
    static void Send(Process program, int signal) => Assert.True(Signals.Send(program.Id, signal) || program.WaitForExit(Patience));

    static int NumberFrom(string variable, int otherwise) => Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
