using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks;

/// <summary>Runs one verb of the <c>llava</c> program and reads what it says of itself.</summary>
public abstract class ProgramTask : ToolTask
{
    /// <summary>Full path of <c>llava.dll</c>.</summary>
    [Required]
    public string Program { get; set; } = "";

    protected override string ToolName => "dotnet";

    protected override MessageImportance StandardErrorLoggingImportance => MessageImportance.High;

    protected override MessageImportance StandardOutputLoggingImportance => MessageImportance.Low;

    protected override string GenerateFullPathToTool() => DotnetHost.Path;

    /// <summary>Verb and options; paths are absolute.</summary>
    protected abstract void AddArguments(CommandLineBuilder arguments);

    protected override string GenerateCommandLineCommands()
    {
        var arguments = new CommandLineBuilder();
        arguments.AppendSwitch("exec");
        arguments.AppendFileNameIfNotNull(Program);
        AddArguments(arguments);
        arguments.AppendSwitch("--events");
        return arguments.ToString();
    }

    /// <summary>What it does, for a message: "training".</summary>
    protected abstract string Activity { get; }

    protected override void LogToolCommand(string message) => Log.LogMessage(MessageImportance.Low, "{0}", message);

    protected override bool HandleTaskExecutionErrors()
    {
        if (!Log.HasLoggedErrors)
            Log.LogDiagnostic(ErrorCatalog.StageFailed.Says($"{Activity} ended with exit code {ExitCode} and no message; the program was: {GenerateCommandLineCommands()}"));
        return false;
    }

    /// <param name="name">"progress", "information" or "count".</param>
    protected virtual void OnEvent(string name, JsonElement line)
    {
    }

    protected virtual void OnText(string line)
    {
    }

    protected sealed override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        if (!singleLine.StartsWith("{\"event\":", StringComparison.Ordinal))
        {
            OnText(singleLine);
            base.LogEventsFromTextOutput(singleLine, messageImportance);
            return;
        }
        using var json = JsonDocument.Parse(singleLine);
        OnEvent(json.RootElement.GetProperty("event").GetString()!, json.RootElement);
    }
}
