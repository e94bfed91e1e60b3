using Llava.Contracts.Diagnostics;
using Llava.Tasks.Checking;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>Finds every folder that the user should have provided and has not, before anything runs.</summary>
public sealed class CheckSources : CodedTask
{
    /// <summary>What the folders are, in words: "image folder".</summary>
    [Required]
    public string Kind { get; set; } = "";

    public ITaskItem[] Items { get; set; } = [];

    [Required]
    public string ArtifactsDir { get; set; } = "";

    protected override void Run()
    {
        foreach (var path in Items.Select(item => item.ItemSpec))
        {
            if (SourcePath.Problem(path, ArtifactsDir, []) is { } problem)
                Log.LogDiagnostic(ErrorCatalog.StageInputMissing.At(path, $"{Kind} {path} is not here: {problem}"));
        }
    }
}
