using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Tasks.Locking;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks;

/// <summary>
/// Runs one verb of the <c>llava</c> program for a stage. Voids the stage's record first, so that a crash never looks
/// finished; shows the child's progress; passes Ctrl-C and SIGTERM on and waits while the child saves its state.
/// </summary>
public abstract class StageTask : ProgramTask
{
    // By signal 9; and by its runtime's own hand, with these words before.
    const int Killed = 137;
    const int Aborted = 134;
    const string LastWords = "Out of memory.";

    static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    readonly List<string> _counts = [];
    readonly Stopwatch _clock = new();
    readonly ProgressRate _rate = new(TimeProvider.System);
    StageProcess? _child;
    TimeSpan? _progressShownAt;
    bool _isOutOfMemory;

    [Required]
    public string Root { get; set; } = "";

    [Required]
    public string ArtifactsDir { get; set; } = "";

    /// <summary>The plan file that <see cref="CheckStage"/> left.</summary>
    [Required]
    public ITaskItem Want { get; set; } = null!;

    /// <summary>Seconds that a stopped child may take to save its state before it is killed.</summary>
    public int StopGraceSeconds { get; set; } = 600;

    [Output]
    public string[] Counts => [.. _counts];

    [Output]
    public double Seconds => _clock.Elapsed.TotalSeconds;

    protected string StageDirectory => Want.GetMetadata("StageDirectory");

    /// <summary>The files of its folder, by relative path, that the stage takes over from an earlier run or removes itself; null for none.</summary>
    protected virtual Func<string, bool>? Keeps => null;

    /// <summary>Of the stage's sources, as its plan has it: a commit that leaves them alone changes nothing.</summary>
    protected string CodeVersion()
    {
        using var plan = JsonDocument.Parse(File.ReadAllBytes(Want.GetMetadata("FullPath")));
        return string.Join('-', plan.RootElement.GetProperty("code").EnumerateObject().Select(project => project.Value.GetString()![..16]));
    }

    protected override string GetWorkingDirectory() => Root;

    protected override string Activity => Want.GetMetadata("Stage");

    protected override int ExecuteTool(string pathToTool, string responseFileCommands, string commandLineCommands)
    {
        try
        {
            return RunStage(pathToTool, responseFileCommands);
        }
        catch (Exception error) when (SystemErrors.Describe(error) is { } problems)
        {
            foreach (var problem in problems)
                Log.LogDiagnostic(problem);
            return 1;
        }
    }

    int RunStage(string pathToTool, string responseFileCommands)
    {
        _clock.Start();
        var session = GraphSession.Of(BuildEngine, System.IO.Path.GetFullPath(Root), System.IO.Path.GetFullPath(ArtifactsDir));
        session.ThrowIfStopped();
        // A short stage too: the copy takes about 10 ms, and a rebuild may come at any time.
        using var copy = ProgramCopy.Make(Program, ArtifactsDir, Want.GetMetadata("Stage"));
        Program = copy.Program;
        StageStart.Begin(session, Want, Keeps);
        EnvironmentVariables = [$"LLAVA_STAGE_LOCK={ArtifactsLock.StageFileOf(session.GraphFolder)}", $"LLAVA_STAGE_PARENT={Environment.ProcessId}"];
        using var termination = StageProcess.OnTermination(() => _child?.Stop(TimeSpan.FromSeconds(StopGraceSeconds)));
        var exitCode = base.ExecuteTool(pathToTool, responseFileCommands, GenerateCommandLineCommands());
        _clock.Stop();
        return exitCode;
    }

    protected override Process StartToolProcess(Process proc)
    {
        var started = base.StartToolProcess(proc);
        _child = new StageProcess(started);
        return started;
    }

    /// <summary>Ctrl-C: asks the child to save and end; the stock task would kill it.</summary>
    public override void Cancel()
    {
        _child?.Stop(TimeSpan.FromSeconds(StopGraceSeconds));
        base.Cancel();
    }

    protected override bool HandleTaskExecutionErrors()
    {
        if (ExitCode is 130 or 143)
            Log.LogDiagnostic(ErrorCatalog.StageStopped.Says($"{Activity} was stopped; what it had done is saved, and the same command goes on from there"));
        else if (_child is { WasKilled: true })
            Log.LogDiagnostic(ErrorCatalog.StageStopped.Says($"{Activity} was told to stop and killed after {StopGraceSeconds} s; what it had saved before is whole, and the same command goes on from there"));
        else if (ExitCode == Killed || (ExitCode == Aborted && _isOutOfMemory))
            Log.LogDiagnostic(ErrorCatalog.MemoryRanOut.Says($"{Activity} was killed, as the system does with the largest program when memory runs out: {SystemErrors.HowToSaveMemory}"));
        else
            base.HandleTaskExecutionErrors();
        return false;
    }

    protected override void OnText(string line) => _isOutOfMemory |= line.StartsWith(LastWords, StringComparison.Ordinal);

    protected override void OnEvent(string name, JsonElement line)
    {
        switch (name)
        {
            case "progress":
                ShowProgress(line);
                break;
            case "information":
                Log.LogMessage(MessageImportance.High, "  {0}", PlainText.OneLine(line.GetProperty("message").GetString()!));
                break;
            case "count":
                _counts.Add(string.Create(CultureInfo.InvariantCulture, $"{line.GetProperty("name").GetString()}={line.GetProperty("value").GetDouble():R}"));
                break;
        }
    }

    void ShowProgress(JsonElement line)
    {
        long? total = line.GetProperty("total") is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;
        var metrics = line.GetProperty("metrics") is { ValueKind: JsonValueKind.Object } named ? named.EnumerateObject().Select(metric => (metric.Name, metric.Value.GetDouble())).ToArray() : null;
        var progress = new StageProgress(line.GetProperty("activity").GetString()!, line.GetProperty("done").GetInt64(), total, line.GetProperty("unit").GetString()!, metrics);
        _rate.Update(progress);
        if (progress.Done != progress.Total && _clock.Elapsed - _progressShownAt < ProgressInterval)
            return;
        _progressShownAt = _clock.Elapsed;
        Log.LogMessage(MessageImportance.High, "  {0}", _rate.Describe(progress));
    }
}
