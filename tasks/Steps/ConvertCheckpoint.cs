using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Steps;

/// <summary><c>llava convert</c> from the Hugging Face pair to a checkpoint with ModelZoo's names.</summary>
public sealed class ConvertCheckpoint : StageTask
{
    /// <summary>Folder with <c>image_model/</c> and <c>text_model/</c>.</summary>
    [Required]
    public ITaskItem Pretrained { get; set; } = null!;

    /// <summary>Draws the projector where the pair has none.</summary>
    [Required]
    public int Seed { get; set; }

    protected override void AddArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("convert --src-fmt hf --tgt-fmt cs-2.3");
        arguments.AppendSwitch($"--seed {Seed}");
        arguments.AppendSwitchIfNotNull("--output ", StageDirectory);
        arguments.AppendFileNameIfNotNull(Pretrained.GetMetadata("FullPath"));
    }
}
