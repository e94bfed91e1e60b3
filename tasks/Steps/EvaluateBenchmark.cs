using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Steps;

/// <summary><c>llava evaluate</c>: answers a benchmark's questions and scores them.</summary>
public sealed class EvaluateBenchmark : StageTask
{
    /// <summary>The verb's benchmark name: "chartqa".</summary>
    [Required]
    public string Scorer { get; set; } = "";

    /// <summary>An exported model's folder.</summary>
    [Required]
    public ITaskItem Model { get; set; } = null!;

    /// <summary>Question file, or folder of prepared samples.</summary>
    [Required]
    public ITaskItem Questions { get; set; } = null!;

    [Required]
    public ITaskItem Images { get; set; } = null!;

    /// <summary>The benchmark's annotation file or folder; none where its questions hold the answers, or a server scores.</summary>
    public ITaskItem? Annotations { get; set; }

    /// <summary>A list of the pictures to ask about; all when none.</summary>
    public ITaskItem? OnlyPictures { get; set; }

    /// <summary>The jsonl files that were trained on.</summary>
    public ITaskItem[] TrainingSamples { get; set; } = [];

    /// <summary>What their pictures are relative to.</summary>
    public ITaskItem? TrainingImages { get; set; }

    /// <summary>Keeps hashes of pictures from benchmark to benchmark.</summary>
    public ITaskItem? HashCache { get; set; }

    [Required]
    public string Device { get; set; } = "";

    /// <summary>What is put after each question; the benchmark's own when empty, "none" for nothing.</summary>
    public string? Suffix { get; set; }

    /// <summary>Longest answer in tokens; the benchmark's own when empty.</summary>
    public string? MaxNewTokens { get; set; }

    /// <summary>Asks everything once more with blank pictures: what the model knows without looking.</summary>
    public bool BlankControl { get; set; }

    protected override void AddArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitchIfNotNull("evaluate ", Scorer);
        arguments.AppendSwitchIfNotNull("--device ", Device);
        arguments.AppendSwitchIfNotNull("--model-path ", Model.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--questions ", Questions.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--images ", Images.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--output ", StageDirectory);
        arguments.AppendSwitchIfNotNull("--suffix ", string.IsNullOrEmpty(Suffix) ? null : Suffix);
        if (!string.IsNullOrEmpty(MaxNewTokens))
            arguments.AppendSwitch($"--max-new-tokens {MaxNewTokens}");
        arguments.AppendSwitchIfNotNull("--annotations ", Annotations?.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--only-pictures ", OnlyPictures?.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--training-images ", TrainingImages?.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--hash-cache ", HashCache?.GetMetadata("FullPath"));
        foreach (var samples in TrainingSamples)
            arguments.AppendSwitchIfNotNull("--training-samples ", samples.GetMetadata("FullPath"));
        if (BlankControl)
            arguments.AppendSwitch("--blank-control");
    }
}
