using System.Globalization;

namespace Llava.Tasks.Staleness;

/// <summary>What became of the files of one role between two listings, each by its path: in words, as few as will do.</summary>
/// <param name="was">Hash by path; empty where only names count.</param>
sealed class FileChanges(IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> now)
{
    const int Shown = 3;

    readonly SortedSet<string> _removed = new(was.Keys.Where(path => !now.ContainsKey(path)), StringComparer.Ordinal);
    readonly SortedSet<string> _added = new(now.Keys.Where(path => !was.ContainsKey(path)), StringComparer.Ordinal);
    readonly List<(string Path, string Before)> _edited = [.. now.Keys.Where(path => was.TryGetValue(path, out var hash) && hash != now[path]).Select(path => (path, was[path]))];
    readonly List<(string Text, int Files)> _changes = [];

    /// <summary>
    /// "a.json changed, sha256 1a2b3c4d -> 5e6f7a8b" for one file, "old -> new" for one that was renamed or a folder that was moved, "12 files: a changed, b added, c removed, …" for more; null for none.
    /// </summary>
    public string? Describe()
    {
        FindMovedFolders();
        FindRenamedFiles();
        var isSingle = _changes.Count + _removed.Count + _added.Count == 0 && _edited.Count == 1;
        var ofEach = _edited.Select(edit => (edit.Path, Text: $"{edit.Path} changed{(isSingle ? Values(edit.Before, now[edit.Path]) : "")}"))
            .Concat(_removed.Select(path => (Path: path, Text: $"{path} removed")))
            .Concat(_added.Select(path => (Path: path, Text: $"{path} added")));
        _changes.AddRange(ofEach.OrderBy(change => change.Path, StringComparer.Ordinal).Select(change => (change.Text, 1)));
        return _changes switch
        {
            [] => null,
            [var (text, _)] => text,
            _ => string.Create(CultureInfo.InvariantCulture, $"{_changes.Sum(change => change.Files)} files: {string.Join(", ", _changes.Take(Shown).Select(change => change.Text))}{(_changes.Count > Shown ? ", …" : "")}"),
        };
    }

    // By the files that kept name and content; what else was in such a folder may have been edited since.
    void FindMovedFolders()
    {
        foreach (var folder in Pairs(path => $"{Hash(path)}/{Path.GetFileName(path)}").GroupBy(pair => Roots(pair.From, pair.To)).OrderByDescending(group => group.Count()).ThenBy(group => group.Key))
        {
            var (from, to) = folder.Key;
            if (folder.Count(pair => Take(pair.From, pair.To)) is not (> 0 and var files))
                continue;
            _changes.Add((files == 1 ? $"{from} -> {to}" : string.Create(CultureInfo.InvariantCulture, $"{from} -> {to} ({files} files)"), files));
            foreach (var path in _removed.Where(path => path.StartsWith($"{from}/", StringComparison.Ordinal)).ToArray())
            {
                if (Take(path, to + path[from.Length..]))
                    _edited.Add((to + path[from.Length..], was[path]));
            }
        }
    }

    void FindRenamedFiles()
    {
        foreach (var (from, to) in Pairs(Hash).Where(pair => Take(pair.From, pair.To)))
            _changes.Add(($"{from} -> {to}", 1));
    }

    bool Take(string removed, string added) => _removed.Contains(removed) && _added.Remove(added) && _removed.Remove(removed);

    /// <summary>Each removed file with an added one that is like it; what has no likeness has no partner.</summary>
    (string From, string To)[] Pairs(Func<string, string> likeness)
    {
        var added = _added.GroupBy(likeness).Where(group => group.Key.Length > 0).ToDictionary(group => group.Key, group => new Queue<string>(group));
        return [.. _removed.Where(path => added.TryGetValue(likeness(path), out var alike) && alike.Count > 0).Select(path => (path, added[likeness(path)].Dequeue()))];
    }

    static string Values(string before, string after) => before.Length == 0 || after.Length == 0 ? "" : $", sha256 {before[..8]} -> {after[..8]}";

    string Hash(string path) => was.GetValueOrDefault(path) ?? now[path];

    /// <summary>Two paths without the names that they end in alike: of "a/raw/1.json" and "b/raw/1.json" this is "a" and "b".</summary>
    static (string From, string To) Roots(string from, string to)
    {
        var (endOfFrom, endOfTo) = (from.Length, to.Length);
        while (endOfFrom > 0 && endOfTo > 0)
        {
            var (cutFrom, cutTo) = (from.LastIndexOf('/', endOfFrom - 1), to.LastIndexOf('/', endOfTo - 1));
            if (cutFrom <= 0 || cutTo <= 0 || from[cutFrom..endOfFrom] != to[cutTo..endOfTo])
                break;
            (endOfFrom, endOfTo) = (cutFrom, cutTo);
        }
        return (from[..endOfFrom], to[..endOfTo]);
    }
}
