using System.Globalization;
using Llava.Contracts.Files;

namespace Llava.Tasks.Staleness;

/// <summary>Every file that a plan's digests were made of. Kept beside the plan, to name the one that changed.</summary>
public sealed class StageListing
{
    const int FilesShown = 3;

    readonly List<(string Role, string ShownPath, FingerprintedTree Tree)> _added = [];
    readonly SortedDictionary<string, string> _hashes = new(StringComparer.Ordinal);

    /// <summary>Cheap: a fresh stage's listing is never looked at.</summary>
    public void Add(string role, string shownPath, FingerprintedTree tree) => _added.Add((role, shownPath, tree));

    public static StageListing Read(string path)
    {
        var listing = new StageListing();
        if (!File.Exists(path))
            return listing;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Split('\t', 2) is [var sha256, var name] && (sha256.Length == 0 || TreeDigest.IsHash(sha256)))
                listing._hashes[name] = sha256;
        }
        return listing;
    }

    public void Write(string path) => AtomicFile.WriteAllText(path, string.Concat(Hashes().Select(pair => $"{pair.Value}\t{pair.Key}\n")));

    /// <summary>
    /// "train/a.json changed, sha256 1a2b3c4d -> 5e6f7a8b" for one file of a role, "12 files: a changed, b added, c removed, …" for more; null where nothing is known.
    /// </summary>
    public string? DescribeChange(string role, StageListing before)
    {
        var prefix = role + '\t';
        var changes = Names(prefix).Union(before.Names(prefix), StringComparer.Ordinal)
            .Where(name => Hashes().GetValueOrDefault(name) != before.Hashes().GetValueOrDefault(name))
            .OrderBy(name => name, StringComparer.Ordinal)
            .ToArray();
        var described = changes.Take(FilesShown).Select(name => $"{name[prefix.Length..]} {Verb(before.Hashes().ContainsKey(name), Hashes().ContainsKey(name))}");
        return changes switch
        {
            [] => null,
            [var single] => string.Concat(described) + Values(before.Hashes().GetValueOrDefault(single), Hashes().GetValueOrDefault(single)),
            _ => string.Create(CultureInfo.InvariantCulture, $"{changes.Length} files: {string.Join(", ", described)}{(changes.Length > FilesShown ? ", …" : "")}"),
        };
    }

    SortedDictionary<string, string> Hashes()
    {
        foreach (var (role, shownPath, tree) in _added)
        {
            foreach (var file in tree.Files)
                _hashes[$"{role}\t{(shownPath.EndsWith(file.RelativePath, StringComparison.Ordinal) ? shownPath : $"{shownPath}/{file.RelativePath}")}"] = file.Sha256;
        }
        _added.Clear();
        return _hashes;
    }

    IEnumerable<string> Names(string prefix) => Hashes().Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal));

    static string Values(string? before, string? after) => before is null or "" || after is null or "" ? "" : $", sha256 {before[..8]} -> {after[..8]}";

    static string Verb(bool wasThere, bool isThere) => (wasThere, isThere) switch
    {
        (true, true) => "changed",
        (true, false) => "removed",
        _ => "added",
    };
}
