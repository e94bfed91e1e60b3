using Llava.Contracts.Diagnostics;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>The properties by which a build file describes a stage.</summary>
public abstract class StageDescriptionTask : GraphTask
{
    /// <summary>"phase1-hdf5", "preprocess/chartqa".</summary>
    [Required]
    public string Stage { get; set; } = "";

    /// <summary>Where the stage writes; its own alone, below <see cref="GraphTask.ArtifactsDir"/>.</summary>
    [Required]
    public string StageDirectory { get; set; } = "";

    /// <summary>Folders below <c>stages/</c> whose code decides the outputs.</summary>
    [Required]
    public string[] Code { get; set; } = [];

    /// <summary>Classes of <c>tasks/Steps</c> that write the stage's command line.</summary>
    [Required]
    public string[] Step { get; set; } = [];

    /// <summary>Classes of <c>stages/Host/Verbs</c> that read it.</summary>
    [Required]
    public string[] Verb { get; set; } = [];

    /// <summary>Files and folders read. Metadata: Role; Suffixes ("|"-separated ends of names that count); By ("content", or "name" where only existence counts).</summary>
    public ITaskItem[] Inputs { get; set; } = [];

    public ITaskItem[] SettingsFiles { get; set; } = [];

    /// <summary>Settings that stand in no file, <c>name=value</c>.</summary>
    public string[] Settings { get; set; } = [];

    /// <summary>What the stage is about: a dataset, a benchmark. The plan item takes over the first one's metadata.</summary>
    public ITaskItem[] Subject { get; set; } = [];

    /// <summary>Metadata of the subject that are settings too: texts of a user, in which every blank and semicolon counts.</summary>
    public string[] SubjectSettings { get; set; } = [];

    protected StageDefinition Describe() => new(
        RequireHarmless(Stage),
        RequireInside(System.IO.Path.GetFullPath(StageDirectory)),
        Code,
        [.. SettingsFiles.Select(FullPath)],
        AllSettings().ToDictionary(),
        [.. Inputs.Select(input => new InputDefinition(RoleOf(input), FullPath(input), input.GetMetadata("Suffixes").Split('|', StringSplitOptions.RemoveEmptyEntries), input.GetMetadata("By") == "name"))])
    {
        CommandFiles = [.. Step.Select(name => $"tasks/Steps/{name}.cs"), .. Verb.Select(name => $"stages/Host/Verbs/{name}.cs")],
    };

    IEnumerable<KeyValuePair<string, string>> AllSettings() =>
    [
        .. Settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair.ElementAtOrDefault(1) ?? "")),
        .. SubjectSettings.Select(name => KeyValuePair.Create(name, Subject[0].GetMetadata(name))),
    ];

    // Datasets and benchmarks give stages their names, and a stage's folder is emptied before it runs.
    static string RequireHarmless(string stage) =>
        stage.All(character => char.IsAsciiLetterOrDigit(character) || character is '/' or '-' or '_' or '.' or '+') && stage.Split('/').All(part => part.Trim('.').Length > 0)
            ? stage
            : throw ErrorCatalog.UnknownItem.Fails(stage, "a name has letters, digits, '-', '_', '+' and '.', and not dots alone");

    string RequireInside(string folder) => folder.StartsWith(System.IO.Path.GetFullPath(ArtifactsDir).TrimEnd('/') + '/', StringComparison.Ordinal) && folder.TrimEnd('/').Length > System.IO.Path.GetFullPath(ArtifactsDir).TrimEnd('/').Length
        ? folder
        : throw ErrorCatalog.UnknownItem.Fails(folder, $"{Stage} would write here, which does not lie in {ArtifactsDir}");

    static string RoleOf(ITaskItem input) => input.GetMetadata("Role") is { Length: > 0 } role ? role : "input";

    static string FullPath(ITaskItem item) => System.IO.Path.TrimEndingDirectorySeparator(item.GetMetadata("FullPath"));
}
