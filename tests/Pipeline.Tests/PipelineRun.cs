using System.Diagnostics;
using Microsoft.Build.Logging.StructuredLogger;

namespace Llava.Pipeline.Tests;

/// <summary>One real run of <c>pipeline.proj</c>: what it printed, and which stages it ran.</summary>
/// <param name="Stages">Stages whose program was started, in order.</param>
sealed record PipelineRun(int ExitCode, string Output, IReadOnlyList<string> Stages)
{
    static readonly string[] StageTasks = ["CheckRecipe", "CreateDemoSource", "DownloadSources", "PreprocessDataset", "CreateHdf5", "ConvertCheckpoint", "TrainPhase", "ExportCheckpoint", "EvaluateBenchmark"];

    /// <summary>The property that leaves the tools of another checkout as they are.</summary>
    public const string WithItsTools = "-p:_ToolsAreBuilt=true";

    public static PipelineRun Start(string target, string artifacts, params string[] properties) => StartIn(new Dictionary<string, string>(), target, artifacts, properties);

    /// <summary>As <see cref="Start"/>, in another checkout, with the tools that it has.</summary>
    public static PipelineRun StartAt(string checkout, string target, string artifacts, params string[] properties) => Run(log =>
    {
        var start = Command(target, artifacts, [.. properties, WithItsTools, log]);
        start.WorkingDirectory = checkout;
        return start;
    });

    /// <param name="environment">Variables of the run, beside this process's own.</param>
    public static PipelineRun StartIn(IReadOnlyDictionary<string, string> environment, string target, string artifacts, params string[] properties) => Run(log =>
    {
        var start = Command(target, artifacts, [.. properties, log]);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    });

    /// <param name="launcher">A program and its arguments, which starts the run.</param>
    public static PipelineRun StartUnder(string[] launcher, string target, string artifacts, params string[] properties) =>
        Run(log => CommandUnder(launcher, target, artifacts, [.. properties, log]));

    static PipelineRun Run(Func<string, ProcessStartInfo> command)
    {
        var log = Path.Combine(Path.GetTempPath(), $"llava-{Guid.NewGuid():N}.binlog");
        try
        {
            using var process = Process.Start(command($"-bl:{log};ProjectImports=None"))!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd() + errors.Result;
            process.WaitForExit();
            return new PipelineRun(process.ExitCode, output, StagesOf(log));
        }
        finally
        {
            File.Delete(log);
        }
    }

    /// <param name="arguments"><c>-p:</c> properties and other switches of <c>dotnet msbuild</c>.</param>
    public static ProcessStartInfo Command(string target, string artifacts, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Repository, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["msbuild", "pipeline.proj", $"-t:{target}", $"-p:ArtifactsDir={artifacts}", .. arguments])
            start.ArgumentList.Add(argument);
        // The test runner's own MSBuild settings would point the child at the wrong SDK resolver.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name == "TESTINGPLATFORM_UI_LANGUAGE").ToArray())
            start.Environment.Remove(name);
        return start;
    }

    /// <inheritdoc cref="StartUnder"/>
    public static ProcessStartInfo CommandUnder(string[] launcher, string target, string artifacts, params string[] arguments)
    {
        var start = Command(target, artifacts, arguments);
        PutUnder(launcher, start);
        return start;
    }

    /// <param name="launcher">As for <see cref="StartUnder"/>; empty for none.</param>
    public static void PutUnder(string[] launcher, ProcessStartInfo start)
    {
        if (launcher.Length == 0)
            return;
        string[] inserted = [.. launcher[1..], start.FileName];
        for (var at = 0; at < inserted.Length; at++)
            start.ArgumentList.Insert(at, inserted[at]);
        start.FileName = launcher[0];
    }

    public static string Repository => Llava.Tests.GoldenData.Repository;

    /// <summary>The log is the failure message.</summary>
    public PipelineRun MustSucceed()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }

    public PipelineRun MustRunNothing()
    {
        Assert.True(ExitCode == 0 && Stages.Count == 0, Output);
        return this;
    }

    public PipelineRun MustFail()
    {
        Assert.True(ExitCode != 0, Output);
        return this;
    }

    /// <summary>The lines of coded errors, without the project's name behind them, each once.</summary>
    public IReadOnlyList<string> Errors =>
    [
        .. Output.Split('\n')
            .Where(line => line.Contains(": error LLAVA", StringComparison.Ordinal))
            .Select(line => line.Split(" [", 2)[0].Trim())
            .Distinct(),
    ];

    static List<string> StagesOf(string log)
    {
        var stages = new List<string>();
        if (!File.Exists(log))
            return stages;
        BinaryLog.ReadBuild(log).VisitAllChildren<Microsoft.Build.Logging.StructuredLogger.Task>(task =>
        {
            if (StageTasks.Contains(task.Name))
                stages.Add(StageOf(task));
        });
        return stages;
    }

    static string StageOf(Microsoft.Build.Logging.StructuredLogger.Task task)
    {
        var stage = "";
        task.VisitAllChildren<Metadata>(metadata =>
        {
            if (metadata.Name == "Stage")
                stage = metadata.Value;
        });
        return stage;
    }
}
