using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Steps;

/// <summary><c>llava train</c>: one phase of training, or its evaluation.</summary>
public sealed class TrainPhase : StageTask
{
    /// <summary>ModelZoo's training yaml.</summary>
    [Required]
    public ITaskItem Params { get; set; } = null!;

    /// <summary>"train", "train_and_eval" or "eval".</summary>
    [Required]
    public string Mode { get; set; } = "";

    /// <summary>The weights to start from: a converted checkpoint, a training's folder, or one checkpoint in it.</summary>
    [Required]
    public ITaskItem Checkpoint { get; set; } = null!;

    [Required]
    public ITaskItem TrainData { get; set; } = null!;

    [Required]
    public ITaskItem EvalData { get; set; } = null!;

    [Required]
    public ITaskItem Images { get; set; } = null!;

    /// <summary>"auto", "cpu" or "cuda".</summary>
    [Required]
    public string Device { get; set; } = "";

    /// <summary>Threads of the CPU kernels; the program's own number when empty.</summary>
    public string? Threads { get; set; }

    /// <summary>Further <c>key=value</c> overrides of the yaml.</summary>
    public string[] Set { get; set; } = [];

    protected override void AddArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch($"train --mode {Mode} --device {Device}");
        arguments.AppendSwitchIfNotNull("--params ", Params.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--model-dir ", StageDirectory);
        arguments.AppendSwitchIfNotNull("--checkpoint-path ", Checkpoint.GetMetadata("FullPath"));
        if (!string.IsNullOrEmpty(Threads))
            arguments.AppendSwitch($"--threads {Threads}");
        var yaml = TrainingYaml.Load(Params.GetMetadata("FullPath"), Set);
        string[] overrides =
        [
            .. Overrides.Of(Set),
            .. yaml.HasTrainInput && !yaml.TrainsOnMixture ? DataOf("train_input", TrainData) : [],
            .. yaml.HasEvalInput && !yaml.EvaluatesOnMixture ? DataOf("eval_input", EvalData) : [],
        ];
        foreach (var assignment in overrides)
            arguments.AppendSwitchIfNotNull("--set ", assignment);
    }

    string[] DataOf(string section, ITaskItem data) =>
        [$"{section}.data_dir={YamlText.Quote(data.GetMetadata("FullPath"))}", $"{section}.img_data_dir={YamlText.Quote(Images.GetMetadata("FullPath"))}"];
}
