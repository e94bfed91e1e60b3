using Llava.Contracts.Diagnostics;
using Llava.Tasks.Steps;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = Microsoft.Build.Utilities.Task;

namespace Llava.Tasks;

/// <summary>How a phase's yaml wants to be trained: whether it evaluates on the way, and on what besides the graph's own data.</summary>
public sealed class DescribeTraining : Task
{
    /// <summary>ModelZoo's training yaml.</summary>
    [Required]
    public ITaskItem Params { get; set; } = null!;

    /// <summary><c>key=value</c> overrides of the yaml.</summary>
    public string[] Set { get; set; } = [];

    /// <summary>A dataset names samples to evaluate on.</summary>
    public bool HasSamples { get; set; }

    /// <summary>"train_and_eval" where the yaml has an evaluation frequency and there is other data to evaluate on than is trained on, else "train".</summary>
    [Output]
    public string Mode { get; set; } = "train";

    /// <summary>The yaml has evaluation data: without, the model cannot be evaluated by itself either.</summary>
    [Output]
    public bool HasEvalInput { get; set; }

    /// <summary>The yaml trains on a mixture of these folders, and not on the graph's samples.</summary>
    [Output]
    public ITaskItem[] MixtureFolders { get; set; } = [];

    public override bool Execute()
    {
        try
        {
            var yaml = TrainingYaml.Load(Params.GetMetadata("FullPath"), Set);
            (Mode, HasEvalInput) = (yaml.EvaluatesWhileTraining && (HasSamples || yaml.EvaluatesOnMixture) ? "train_and_eval" : "train", yaml.HasEvalInput);
            MixtureFolders = [.. yaml.MixtureFolders.Select(folder => new TaskItem(folder))];
        }
        catch (DiagnosticException)
        {
            // The check of the recipe, or of the stage, says so.
        }
        return true;
    }
}
