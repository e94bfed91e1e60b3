using Llava.Contracts.Files;

namespace Llava.Tasks.Staleness;

/// <summary>Every file that a plan's digests were made of. Kept beside the plan, to name the one that changed.</summary>
public sealed class StageListing
{
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

    /// <summary>What became of a role's files, as <see cref="FileChanges"/> says it; null where nothing is known.</summary>
    public string? DescribeChange(string role, StageListing before) => new FileChanges(before.Of(role), Of(role)).Describe();

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

    Dictionary<string, string> Of(string role) => Hashes().Where(file => file.Key.StartsWith($"{role}\t", StringComparison.Ordinal)).ToDictionary(file => file.Key[(role.Length + 1)..], file => file.Value);
}
