using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Tasks.Steps;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks;

/// <summary><c>llava train --estimate</c>: a line about the memory that a phase's training takes, or the error that it cannot fit.</summary>
public sealed class EstimateMemory : ToolTask
{
    string _inAll = "";

    /// <summary>Full path of <c>llava.dll</c>.</summary>
    [Required]
    public string Program { get; set; } = "";

    [Required]
    public string Phase { get; set; } = "";

    /// <summary>ModelZoo's training yaml.</summary>
    [Required]
    public ITaskItem Params { get; set; } = null!;

    /// <summary>"auto", "cpu" or "cuda".</summary>
    [Required]
    public string Device { get; set; } = "";

    /// <summary><c>key=value</c> overrides of the yaml.</summary>
    public string[] Set { get; set; } = [];

    protected override string ToolName => "dotnet";

    protected override MessageImportance StandardErrorLoggingImportance => MessageImportance.High;

    protected override MessageImportance StandardOutputLoggingImportance => MessageImportance.Low;

    protected override string GenerateFullPathToTool() => DotnetHost.Path;

    protected override string GenerateCommandLineCommands()
    {
        var arguments = new CommandLineBuilder();
        arguments.AppendSwitch("exec");
        arguments.AppendFileNameIfNotNull(Program);
        arguments.AppendSwitch($"train --estimate --device {Device}");
        arguments.AppendSwitchIfNotNull("--params ", Params.GetMetadata("FullPath"));
        foreach (var assignment in Overrides.Of(Set))
            arguments.AppendSwitchIfNotNull("--set ", assignment);
        arguments.AppendSwitch("--events");
        return arguments.ToString();
    }

    public override bool Execute()
    {
        var fits = base.Execute();
        if (fits)
            Log.LogMessage(MessageImportance.High, "{0}", $"memory: phase {Phase} takes {_inAll}");
        return fits;
    }

    protected override void LogToolCommand(string message) => Log.LogMessage(MessageImportance.Low, "{0}", message);

    protected override bool HandleTaskExecutionErrors()
    {
        if (!Log.HasLoggedErrors)
            Log.LogDiagnostic(ErrorCatalog.StageFailed.Says($"the estimate of phase {Phase} ended with exit code {ExitCode} and no message; the program was: {GenerateCommandLineCommands()}"));
        return false;
    }

    // The last of the parts' lines is their sum.
    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        if (!singleLine.StartsWith("{\"event\":", StringComparison.Ordinal))
        {
            base.LogEventsFromTextOutput(singleLine, messageImportance);
            return;
        }
        using var json = JsonDocument.Parse(singleLine);
        if (json.RootElement.GetProperty("event").GetString() == "information")
            _inAll = PlainText.OneLine(json.RootElement.GetProperty("message").GetString()!);
    }
}
