using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Json;

namespace Llava.Evaluate.Contamination;

/// <summary>The pictures that a model was trained on: those named by its samples.</summary>
/// <param name="Files">Each once, in no order that means anything.</param>
/// <param name="AbsentCount">Those that are not there, and cannot be compared.</param>
sealed record TrainingPictures(IReadOnlyList<FileInfo> Files, int AbsentCount)
{
    /// <param name="samplePaths">jsonl files of the preprocess step, or folders of them.</param>
    /// <param name="imageFolder">What their paths are relative to.</param>
    public static TrainingPictures Find(IReadOnlyList<string> samplePaths, string imageFolder)
    {
        var root = Path.GetFullPath(imageFolder);
        var named = samplePaths.SelectMany(FilesAt).SelectMany(NamesIn).Distinct(StringComparer.Ordinal).Select(name => new FileInfo(Path.Combine(root, name))).ToLookup(file => file.Exists);
        return new TrainingPictures([.. named[true]], named[false].Count());
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
