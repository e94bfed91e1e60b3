using System.Diagnostics;
using Llava.Contracts.Diagnostics;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Llava.Tasks;

/// <summary><c>llava chat</c> on the build's own terminal, which a <see cref="Microsoft.Build.Utilities.ToolTask"/> would take away.</summary>
public sealed class StartChat : Task
{
    // Ctrl-C at the prompt: a way to leave.
    const int Interrupted = 130;

    /// <summary>llava.dll.</summary>
    [Required]
    public string Program { get; set; } = "";

    /// <summary>An exported model's folder.</summary>
    [Required]
    public ITaskItem Model { get; set; } = null!;

    [Required]
    public string Device { get; set; } = "";

    /// <summary>A picture; empty for none.</summary>
    public ITaskItem? Image { get; set; }

    public override bool Execute()
    {
        var start = new ProcessStartInfo(DotnetHost.Path) { UseShellExecute = false };
        string[] picture = Image is null ? [] : ["--image", Image.GetMetadata("FullPath")];
        foreach (var argument in (string[])["exec", Program, "chat", "--own-terminal", "--device", Device, "--model-path", Model.GetMetadata("FullPath"), .. picture])
            start.ArgumentList.Add(argument);
        using var chat = Process.Start(start)!;
        chat.WaitForExit();
        if (chat.ExitCode is not (0 or Interrupted))
            Log.LogDiagnostic(ErrorCatalog.StageFailed.Says($"the chat ended with exit code {chat.ExitCode}; what went wrong stands above"));
        return !Log.HasLoggedErrors;
    }
}
