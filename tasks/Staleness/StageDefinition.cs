namespace Llava.Tasks.Staleness;

/// <summary>What a build file says of a stage: where it writes, and what its outputs depend on.</summary>
/// <param name="CodeProjects">Folders below <c>stages/</c> whose sources decide the outputs.</param>
/// <param name="SettingsFiles">Yaml files, full paths; each value in them is a setting.</param>
/// <param name="Settings">Further settings by name.</param>
public sealed record StageDefinition(
    string Stage,
    string Directory,
    IReadOnlyList<string> CodeProjects,
    IReadOnlyList<string> SettingsFiles,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<InputDefinition> Inputs)
{
    /// <summary>Sources that make the program's options of all this, from the checkout on.</summary>
    public IReadOnlyList<string> CommandFiles { get; init; } = [];

    /// <summary>The folder of the files that <see cref="WatchedFiles"/> watches; null for none.</summary>
    public string? WatchRoot { get; init; }
}

/// <param name="Path">File or folder, full path.</param>
/// <param name="Suffixes">Which files of a folder count, by the ends of their names; empty takes all.</param>
/// <param name="ByNameOnly">Only which files there are counts, not what is in them.</param>
public sealed record InputDefinition(string Role, string Path, IReadOnlyList<string> Suffixes, bool ByNameOnly)
{
    public TreeFilter Filter { get; } = TreeFilter.Input with { Suffixes = Suffixes };
}
