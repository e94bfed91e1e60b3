using Llava.Contracts.Diagnostics;
using Llava.Data.Images;
using Llava.Evaluate.Json;

namespace Llava.Evaluate.Contamination;

/// <summary>The pictures that a model was trained on: those named by its samples.</summary>
/// <param name="Files">Each once, in no order that means anything.</param>
/// <param name="AbsentCount">Those that are not there, and cannot be compared.</param>
/// <param name="RefusedCount">Lines that are no sample, and pictures outside the folder: no training reads them, and neither are they read here.</param>
sealed record TrainingPictures(IReadOnlyList<FileInfo> Files, int AbsentCount, int RefusedCount)
{
    /// <param name="samplePaths">jsonl files of the preprocess step, or folders of them.</param>
    /// <param name="imageFolder">What their paths are relative to.</param>
    public static TrainingPictures Find(IReadOnlyList<string> samplePaths, string imageFolder)
    {
        var root = Path.GetFullPath(imageFolder);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var brokenLines = 0;
        foreach (var (_, sample) in samplePaths.SelectMany(FilesAt).SelectMany(JsonText.ReadLines))
        {
            if (sample is null)
                brokenLines++;
            else if (sample.Value.Text("image") is { Length: > 0 } name)
                names.Add(name);
        }
        var inside = names.Where(ImagePath.StaysInside).Select(name => new FileInfo(Path.Combine(root, name))).ToLookup(file => file.Exists);
        var (there, absentCount) = (inside[true].ToList(), inside[false].Count());
        return new TrainingPictures(there, absentCount, brokenLines + names.Count - there.Count - absentCount);
    }

    static IEnumerable<string> FilesAt(string path)
    {
        if (Directory.Exists(path))
            return Directory.EnumerateFiles(path, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return File.Exists(path) ? [path] : throw ErrorCatalog.FileNotFound.Fails(path, "there are no training samples");
    }
}
