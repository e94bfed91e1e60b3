using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Steps;

/// <summary><c>llava preprocess</c>, or <c>llava json2jsonl</c> for a dataset that is in LLaVA's format already.</summary>
public sealed class PreprocessDataset : StageTask
{
    const string AlreadyLlava = "json2jsonl";
    const string RecordFolder = ".shards";

    /// <summary>The verb's dataset name, or "json2jsonl".</summary>
    [Required]
    public string Preprocessor { get; set; } = "";

    [Required]
    public ITaskItem Input { get; set; } = null!;

    /// <summary>Root of the recipe's pictures; a parquet set unpacks its own below it, under the prefix.</summary>
    [Required]
    public ITaskItem Images { get; set; } = null!;

    public string? ImagePrefix { get; set; }

    /// <summary>First and past-the-last shard of a parquet set, "0;3".</summary>
    public string[] Range { get; set; } = [];

    public int Seed { get; set; }

    /// <summary>Largest share of samples that may be unusable, 0 to 1.</summary>
    [Required]
    public string MaxQuarantine { get; set; } = "";

    /// <summary>A file that the program has on record, and the records.</summary>
    protected override Func<string, bool> Keeps => path =>
        path.StartsWith(RecordFolder + '/', StringComparison.Ordinal) || File.Exists(System.IO.Path.Combine(StageDirectory, RecordFolder, path + ".json"));

    /// <summary>"none", "header" or "full".</summary>
    [Required]
    public string VerifyImages { get; set; } = "";

    protected override void AddArguments(CommandLineBuilder arguments)
    {
        if (Preprocessor == AlreadyLlava)
            arguments.AppendSwitch(AlreadyLlava);
        else
            arguments.AppendSwitchIfNotNull("preprocess ", Preprocessor);
        arguments.AppendSwitchIfNotNull("--input ", Input.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--output ", StageDirectory);
        arguments.AppendSwitch($"--max-quarantine {MaxQuarantine}");
        arguments.AppendSwitchIfNotNull("--code-version ", CodeVersion());
        arguments.AppendSwitch($"--verify-images {VerifyImages}");
        arguments.AppendSwitchIfNotNull("--image-root ", System.IO.Path.TrimEndingDirectorySeparator(Images.GetMetadata("FullPath")));
        arguments.AppendSwitchIfNotNull("--image-prefix ", string.IsNullOrEmpty(ImagePrefix) ? null : ImagePrefix);
        if (Preprocessor == AlreadyLlava)
            return;
        arguments.AppendSwitch("--mend");
        arguments.AppendSwitchIfNotNull("--images ", System.IO.Path.Combine(Images.GetMetadata("FullPath"), ImagePrefix ?? ""));
        if (Range is [var first, var end])
            arguments.AppendSwitch($"--range {first} {end}");
        arguments.AppendSwitch($"--seed {Seed}");
    }
}
