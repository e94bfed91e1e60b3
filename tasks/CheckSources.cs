using Llava.Contracts.Diagnostics;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>Finds every folder that the user should have provided and has not, before anything runs; folders that the graph makes are not his to provide.</summary>
public sealed class CheckSources : CodedTask
{
    /// <summary>What the paths belong to, in words: "dataset", "benchmark".</summary>
    [Required]
    public string Kind { get; set; } = "";

    /// <summary>Items whose metadata <see cref="Metadata"/> names a file or folder; the item itself does where Metadata is empty.</summary>
    public ITaskItem[] Items { get; set; } = [];

    public string Metadata { get; set; } = "";

    /// <summary>Ends of the names of which a folder must hold one at least; none: anything will do.</summary>
    public string[] Suffixes { get; set; } = [];

    [Required]
    public string ArtifactsDir { get; set; } = "";

    protected override void Run()
    {
        foreach (var item in Items)
        {
            var path = Metadata.Length == 0 ? item.ItemSpec : item.GetMetadata(Metadata);
            if (path.Length == 0)
                Log.LogDiagnostic(ErrorCatalog.UnknownItem.At(item.GetMetadata("DefiningProjectFullPath"), $"{Kind} {item.ItemSpec} has no {Metadata}"));
            else if (!System.IO.Path.GetFullPath(path).StartsWith(ArtifactsDir, StringComparison.Ordinal) && Problem(path) is { } problem)
                Log.LogDiagnostic(ErrorCatalog.StageInputMissing.At(path, $"{Kind} {item.ItemSpec} is not here: {problem}"));
        }
    }

    string? Problem(string path)
    {
        if (!System.IO.Path.Exists(path))
            return "there is no such file or folder";
        return Suffixes.Length > 0 && Directory.Exists(path) && !Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Any(file => Suffixes.Any(suffix => file.EndsWith(suffix, StringComparison.Ordinal)))
            ? $"the folder holds no {string.Join(", ", Suffixes)} file"
            : null;
    }
}
