using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Json;

namespace Llava.Evaluate.Contamination;

/// <summary>The pictures that a model was trained on: those named by its samples.</summary>
static class TrainingPictures
{
    /// <param name="samplePaths">jsonl files of the preprocess step, or folders of them.</param>
    /// <param name="imageFolder">What their paths are relative to.</param>
    /// <returns>Each picture once, in no order that means anything; one that is not there cannot be compared and is left out.</returns>
    public static IReadOnlyList<FileInfo> Find(IReadOnlyList<string> samplePaths, string imageFolder)
    {
        var root = Path.GetFullPath(imageFolder);
        return
        [
            .. samplePaths.SelectMany(FilesAt).SelectMany(NamesIn).Distinct(StringComparer.Ordinal)
                .Select(name => new FileInfo(Path.Combine(root, name)))
                .Where(file => file.Exists),
        ];
    }

    static IEnumerable<string> FilesAt(string path)
    {
        if (Directory.Exists(path))
            return Directory.EnumerateFiles(path, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return File.Exists(path) ? [path] : throw ErrorCatalog.FileNotFound.Fails(path, "there are no training samples");
    }

    static IEnumerable<string> NamesIn(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length > 0 && JsonSerializer.Deserialize<JsonElement>(line) is { ValueKind: JsonValueKind.Object } sample && sample.Text("image") is { Length: > 0 } name)
                yield return name;
        }
    }
}
