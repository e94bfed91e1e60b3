using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Data.Json;

namespace Llava.Hdf5;

/// <summary>The jsonl files to read: of each folder all that lie in it or below it, in ordinal order of their relative paths.</summary>
sealed class DocumentFiles
{
    DocumentFiles(IReadOnlyList<(string, string)> files) => Files = files;

    /// <summary>As the ledger names them, and where they are.</summary>
    public IReadOnlyList<(string Name, string Path)> Files { get; }

    /// <exception cref="DiagnosticException">A folder is missing or has no jsonl file; all of them at once.</exception>
    public static DocumentFiles Find(IReadOnlyList<string> folders)
    {
        var files = new List<(string, string)>();
        var problems = new List<Diagnostic>();
        var parts = PartsThatTellApart([.. folders.Select(FolderOf).Distinct(StringComparer.Ordinal)]);
        foreach (var folder in folders)
        {
            var prefix = folders.Count == 1 ? "" : LastParts(FolderOf(folder), parts) + "/";
            if (File.Exists(folder))
                files.Add((prefix + Path.GetFileName(folder), folder));
            else if (!Directory.Exists(folder))
                problems.Add(ErrorCatalog.FileNotFound.At(folder, "there is no such folder (setup.input_dir)"));
            else if (FilesBelow(folder) is { Count: > 0 } found)
                files.AddRange(found.Select(name => (prefix + name, Path.Combine(folder, name))));
            else
                problems.Add(ErrorCatalog.NoDocuments.At(folder, "there is no .jsonl file in this folder (setup.input_dir)"));
        }
        DiagnosticException.ThrowIfAny(problems);
        return new DocumentFiles(files);
    }

    public static IEnumerable<RawJsonBatch> ReadBatches(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        foreach (var lines in JsonLinesReader.ReadBatches(stream, path))
            yield return lines;
    }

    // The same file name in two folders must not be the same name in the ledger.
    static int PartsThatTellApart(IReadOnlyList<string> folders)
    {
        var parts = 1;
        while (folders.Select(folder => LastParts(folder, parts)).Distinct(StringComparer.Ordinal).Count() < folders.Count)
            parts++;
        return parts;
    }

    static string LastParts(string folder, int count) => string.Join('/', folder.Split(Path.DirectorySeparatorChar).TakeLast(count));

    static string FolderOf(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(File.Exists(path) ? Path.Combine(path, "..") : path));

    static IReadOnlyList<string> FilesBelow(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.jsonl", SearchOption.AllDirectories)
            // Step 1 leaves its ledger beside its samples.
            .Where(path => Path.GetFileName(path) != QuarantineLedger.FileName)
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal),
    ];
}
