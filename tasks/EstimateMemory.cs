using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Tasks.Steps;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks;

/// <summary><c>llava train --estimate</c>: a line about the memory that a phase's training takes, or the error that it cannot fit.</summary>
public sealed class EstimateMemory : ProgramTask
{
    string _inAll = "";

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

    protected override string Activity => $"the estimate of phase {Phase}";

    protected override void AddArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch($"train --estimate --device {Device}");
        arguments.AppendSwitchIfNotNull("--params ", Params.GetMetadata("FullPath"));
        foreach (var assignment in Overrides.Of(Set))
            arguments.AppendSwitchIfNotNull("--set ", assignment);
    }

    public override bool Execute()
    {
        var fits = base.Execute();
        if (fits)
            Log.LogMessage(MessageImportance.High, "{0}", $"memory: phase {Phase} takes {_inAll}");
        return fits;
    }

    // The last of the parts' lines is their sum.
    protected override void OnEvent(string name, JsonElement line)
    {
        if (name == "information")
            _inAll = PlainText.OneLine(line.GetProperty("message").GetString()!);
    }
}
