using System.IO.Enumeration;
using Llava.Contracts.Diagnostics;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks;

/// <summary>The preprocessed jsonl files that one phase reads, to train on or to evaluate on: datasets in their order, files by name.</summary>
public sealed class SelectSamples : CodedTask
{
    /// <summary>Metadata Phase ("1", "2" or "1;2"); Train and Eval: file names or patterns, default "*.jsonl" and none.</summary>
    [Required]
    public ITaskItem[] Datasets { get; set; } = [];

    [Required]
    public string Phase { get; set; } = "";

    /// <summary>"Train" or "Eval".</summary>
    [Required]
    public string Purpose { get; set; } = "";

    /// <summary>Holds a folder for each dataset.</summary>
    [Required]
    public string PreprocessDir { get; set; } = "";

    /// <summary>Say so where a dataset's patterns leave nothing of what it has.</summary>
    public bool NamesUnused { get; set; }

    [Output]
    public ITaskItem[] Samples { get; set; } = [];

    /// <summary>Some dataset names files for this purpose, whether or not they exist yet.</summary>
    [Output]
    public bool Wanted { get; set; }

    /// <summary>The stages that write them.</summary>
    [Output]
    public string[] Stages { get; set; } = [];

    protected override void Run()
    {
        var chosen = Datasets.Where(dataset => List(dataset, "Phase").Contains(Phase)).Select(dataset => (dataset, patterns: Patterns(dataset))).ToArray();
        Stages = [.. chosen.Where(pair => pair.patterns.Length > 0).Select(pair => $"preprocess/{pair.dataset.ItemSpec}")];
        Wanted = chosen.Any(pair => pair.patterns.Length > 0);
        Samples = [.. chosen.SelectMany(pair => FilesOf(pair.dataset, pair.patterns)).Select(path => new TaskItem(Escape(path)))];
        foreach (var (dataset, patterns) in chosen.Where(_ => NamesUnused))
            WarnOfUnused(dataset, patterns);
    }

    void WarnOfUnused(ITaskItem dataset, string[] patterns)
    {
        if (!FilesOf(dataset, patterns).Any() && FilesOf(dataset, ["*"]).FirstOrDefault() is { } other)
            Log.LogDiagnostic(ErrorCatalog.UnknownItem.Warns(dataset.GetMetadata("DefiningProjectFullPath"), $"nothing of dataset {dataset.ItemSpec} is used in phase {Phase}: {Purpose}=\"{string.Join(';', patterns)}\" matches no file of it, such as {System.IO.Path.GetFileName(other)}"));
    }

    string[] Patterns(ITaskItem dataset) => List(dataset, Purpose) is { Length: > 0 } named ? named : Purpose == "Train" ? ["*.jsonl"] : [];

    IEnumerable<string> FilesOf(ITaskItem dataset, string[] patterns)
    {
        var folder = System.IO.Path.Combine(PreprocessDir, dataset.ItemSpec);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.jsonl")
                .Where(path => System.IO.Path.GetFileName(path) != Contracts.Files.QuarantineLedger.FileName)
                .Where(path => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, System.IO.Path.GetFileName(path), ignoreCase: false)))
                .Order(StringComparer.Ordinal)
            : [];
    }

    // An item reads %2e as a dot, and files are named by datasets.
    static string Escape(string path) => path.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal).Replace("*", "%2A", StringComparison.Ordinal).Replace("?", "%3F", StringComparison.Ordinal);

    static string[] List(ITaskItem item, string metadata) => item.GetMetadata(metadata).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
