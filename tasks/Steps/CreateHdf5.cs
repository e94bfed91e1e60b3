using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Steps;

/// <summary><c>llava hdf5</c>: jsonl to tokenized, shuffled H5 files.</summary>
public sealed class CreateHdf5 : StageTask
{
    const string ShardFolder = ".shards";

    /// <summary>ModelZoo's preprocessing yaml.</summary>
    [Required]
    public ITaskItem Params { get; set; } = null!;

    /// <summary>jsonl files and folders of them.</summary>
    [Required]
    public ITaskItem[] Samples { get; set; } = [];

    /// <summary>The root that the samples' image paths start from.</summary>
    [Required]
    public ITaskItem Images { get; set; } = null!;

    /// <summary>Folder with <c>tokenizer.model</c>.</summary>
    [Required]
    public ITaskItem Tokenizer { get; set; } = null!;

    [Required]
    public string MaxQuarantine { get; set; } = "";

    /// <summary>Further <c>key=value</c> overrides of the yaml.</summary>
    public string[] Set { get; set; } = [];

    /// <summary>Tokenized input files, which the program takes over or removes itself.</summary>
    protected override Func<string, bool> Keeps => path => path.StartsWith(ShardFolder + '/', StringComparison.Ordinal);

    protected override void AddArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("hdf5");
        arguments.AppendSwitchIfNotNull("--params ", Params.GetMetadata("FullPath"));
        arguments.AppendSwitch($"--max-quarantine {MaxQuarantine}");
        arguments.AppendSwitchIfNotNull("--code-version ", CodeVersion());
        string[] overrides =
        [
            .. Overrides.Of(Set),
            $"setup.input_dir=[{string.Join(',', Samples.Select(sample => YamlText.Quote(sample.GetMetadata("FullPath"))))}]",
            $"setup.output_dir={YamlText.Quote(StageDirectory)}",
            $"dataset.image_dir={YamlText.Quote(Images.GetMetadata("FullPath"))}",
            $"processing.huggingface_tokenizer={YamlText.Quote(Tokenizer.GetMetadata("FullPath"))}",
        ];
        foreach (var assignment in overrides)
            arguments.AppendSwitchIfNotNull("--set ", assignment);
    }
}
