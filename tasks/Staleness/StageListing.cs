using System.Globalization;
using Llava.Contracts.Files;

namespace Llava.Tasks.Staleness;

/// <summary>Every file that a plan's digests were made of. Kept beside the plan, to name the one that changed.</summary>
public sealed class StageListing
{
    readonly SortedDictionary<string, string> _hashes = new(StringComparer.Ordinal);

    public void Add(string role, string shownPath, IEnumerable<FileFingerprint> files)
    {
        foreach (var file in files)
            _hashes[$"{role}\t{(shownPath.EndsWith(file.RelativePath, StringComparison.Ordinal) ? shownPath : $"{shownPath}/{file.RelativePath}")}"] = file.Sha256;
    }

    public static StageListing Read(string path)
    {
        var listing = new StageListing();
        if (!File.Exists(path))
            return listing;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Split('\t', 2) is [var sha256, var name])
                listing._hashes[name] = sha256;
        }
        return listing;
    }

    public void Write(string path) => AtomicFile.WriteAllText(path, string.Concat(_hashes.Select(pair => $"{pair.Value}\t{pair.Key}\n")));

    /// <summary>"train/a.json changed" for one file of a role, "12 files changed: a, b, c, …" for more; null where nothing is known.</summary>
    public string? DescribeChange(string role, StageListing before)
    {
        var prefix = role + '\t';
        var changes = Names(prefix).Union(before.Names(prefix), StringComparer.Ordinal)
            .Where(name => _hashes.GetValueOrDefault(name) != before._hashes.GetValueOrDefault(name))
            .OrderBy(name => name, StringComparer.Ordinal)
            .Select(name => $"{name[prefix.Length..]} {Verb(before._hashes.ContainsKey(name), _hashes.ContainsKey(name))}")
            .ToArray();
        return changes switch
        {
            [] => null,
            [var single] => single,
            _ => string.Create(CultureInfo.InvariantCulture, $"{changes.Length} files: {string.Join(", ", changes.Take(3))}{(changes.Length > 3 ? ", …" : "")}"),
        };
    }

    IEnumerable<string> Names(string prefix) => _hashes.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal));

    static string Verb(bool wasThere, bool isThere) => (wasThere, isThere) switch
    {
        (true, true) => "changed",
        (true, false) => "removed",
        _ => "added",
    };
}
