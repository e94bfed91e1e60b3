using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Steps;

/// <summary><c>llava convert</c> from a trained checkpoint to the folders that the LLaVA source repository loads.</summary>
public sealed class ExportCheckpoint : StageTask
{
    /// <summary>A training's folder, or one checkpoint in it.</summary>
    [Required]
    public ITaskItem Checkpoint { get; set; } = null!;

    /// <summary>The yaml that names the model's sizes.</summary>
    [Required]
    public ITaskItem Params { get; set; } = null!;

    /// <summary>Folder whose tokenizer files go along.</summary>
    [Required]
    public ITaskItem Tokenizer { get; set; } = null!;

    protected override void AddArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("convert --src-fmt cs-2.3 --tgt-fmt hf");
        arguments.AppendSwitchIfNotNull("--config ", Params.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--tokenizer ", Tokenizer.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--output ", StageDirectory);
        arguments.AppendFileNameIfNotNull(Checkpoint.GetMetadata("FullPath"));
    }
}
