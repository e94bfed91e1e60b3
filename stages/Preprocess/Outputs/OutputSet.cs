using System.Text.Json;
using Llava.Contracts.Files;

namespace Llava.Preprocess.Outputs;

/// <summary>
/// The .jsonl files of one run. They appear together in <see cref="Commit"/>, which also removes what an earlier run had
/// written and this one has not; <c>outputs.json</c> remembers what that is, so that no other file is ever touched.
/// </summary>
sealed class OutputSet(string folder) : IDisposable
{
    const string ListName = "outputs.json";

    readonly SortedDictionary<string, AtomicFile> _files = new(StringComparer.Ordinal);

    /// <param name="name">Relative to the output folder.</param>
    public Stream Open(string name)
    {
        var path = Path.Combine(folder, name);
        RemoveAbandoned(path);
        var file = new AtomicFile(path);
        _files.Add(name, file);
        return file.Stream;
    }

    public void Commit()
    {
        foreach (var stale in Previous().Except(_files.Keys, StringComparer.Ordinal))
            File.Delete(Path.Combine(folder, stale));
        foreach (var file in _files.Values)
            file.Commit();
        AtomicFile.WriteAllText(Path.Combine(folder, ListName), JsonSerializer.Serialize(_files.Keys) + "\n");
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
            file.Dispose();
    }

    IReadOnlyList<string> Previous()
    {
        var list = Path.Combine(folder, ListName);
        return File.Exists(list) ? JsonSerializer.Deserialize<string[]>(File.ReadAllText(list))! : [];
    }

    /// <summary>What a killed run left of this file.</summary>
    static void RemoveAbandoned(string path)
    {
        var parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
            return;
        foreach (var partial in Directory.EnumerateFiles(parent, Path.GetFileName(path) + ".*.partial"))
            File.Delete(partial);
    }
}
