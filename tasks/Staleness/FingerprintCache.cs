using Llava.Contracts.Files;

namespace Llava.Tasks.Staleness;

/// <summary>
/// Digests of files and folders, remembered by what the system says of every file without opening it: what has not changed costs
/// one stat call a file, whatever it holds. Kept in the graph's folder; losing it costs time only.
/// </summary>
public sealed class FingerprintCache
{
    const string FileName = "fingerprints.tsv";

    readonly string _path;
    readonly FileHashes _hashes;
    readonly Dictionary<TreeKey, TreeRecord> _records = [];

    // Several stages read the same folder: it is looked at once for all of them, until one of them writes.
    readonly Dictionary<(string Root, string Filter), string> _looks = [];
    readonly Dictionary<TreeKey, FingerprintedTree> _trees = [];
    bool _isChanged;

    FingerprintCache(string graphFolder, CancellationToken stopping) => (_path, _hashes) = (Path.Combine(graphFolder, FileName), new FileHashes(graphFolder, stopping));

    /// <param name="stopping">Ends the hashing of many files between two of them.</param>
    public static FingerprintCache Load(string graphFolder, CancellationToken stopping = default)
    {
        var cache = new FingerprintCache(graphFolder, stopping);
        if (!File.Exists(cache._path))
            return cache;
        foreach (var line in File.ReadLines(cache._path))
        {
            if (TreeRecord.TryParse(line) is var (key, record))
                cache._records[key] = record;
        }
        return cache;
    }

    /// <summary>Fingerprints one file, or every file below a folder that the filter takes.</summary>
    /// <param name="root">A file or folder that exists.</param>
    public FingerprintedTree Of(string root, TreeFilter? filter = null) => Find(root, filter ?? TreeFilter.All, byName: false);

    /// <summary>As <see cref="Of"/>, but of names alone: nothing is opened, nothing hashed.</summary>
    public FingerprintedTree NamesOf(string root, TreeFilter? filter = null) => Find(root, filter ?? TreeFilter.All, byName: true);

    /// <summary>Writes what was learned; what is known of folders that are gone is dropped.</summary>
    public void Save()
    {
        _hashes.Save();
        if (!_isChanged)
            return;
        _isChanged = false;
        var lines = _records.Where(pair => Path.Exists(pair.Key.Root)).Select(pair => pair.Value.Format(pair.Key)).Order(StringComparer.Ordinal);
        AtomicFile.WriteAllText(_path, string.Concat(lines));
    }

    /// <summary>Looks at every folder anew from here on: a stage has run, or time has passed.</summary>
    public void Forget()
    {
        _looks.Clear();
        _trees.Clear();
    }

    /// <summary>The store has linked to these files, which changes no content.</summary>
    public void AcceptLinks(IEnumerable<string> paths) => _hashes.AcceptLinks(paths);

    FingerprintedTree Find(string root, TreeFilter filter, bool byName)
    {
        var isFile = File.Exists(root);
        var key = new TreeKey(root, isFile ? "" : filter.Key, byName);
        if (!_trees.TryGetValue(key, out var tree))
            _trees[key] = tree = isFile ? FindFile(key) : FindFolder(key, filter);
        return tree;
    }

    FingerprintedTree FindFile(TreeKey key)
    {
        var stamp = FileStamp.Of(key.Root);
        if (!_records.TryGetValue(key, out var record) || record.Stamps != stamp.ToHex())
        {
            var (files, isSettled) = key.ByName ? ([new FileFingerprint("", 0, "")], true) : _hashes.Of(key, [("", stamp)]);
            record = new TreeRecord(stamp.ToHex(), TreeDigest.OfContent(files[0]));
            Remember(key, record, isSettled);
        }
        FileFingerprint[] file = [new FileFingerprint(Path.GetFileName(key.Root), record.Digest.SizeBytes, record.Digest.Sha256)];
        return new FingerprintedTree(TreeDigest.Of(file), () => file);
    }

    FingerprintedTree FindFolder(TreeKey key, TreeFilter filter) =>
        _records.TryGetValue(key, out var record) && record.Stamps == Look(key.Root, filter) ? new FingerprintedTree(record.Digest, () => Read(key, filter).Files) : Read(key, filter);

    string Look(string root, TreeFilter filter)
    {
        if (!_looks.TryGetValue((root, filter.Key), out var stamps))
            _looks[(root, filter.Key)] = stamps = FolderLook.Stamps(root, filter);
        return stamps;
    }

    // The stamps are taken before anything is read.
    FingerprintedTree Read(TreeKey key, TreeFilter filter)
    {
        var (stamps, found) = FolderLook.Files(key.Root, filter);
        var (files, isSettled) = key.ByName ? ([.. found.Select(file => new FileFingerprint(file.RelativePath, 0, ""))], true) : _hashes.Of(key, found);
        var digest = TreeDigest.Of(files);
        _looks[(key.Root, key.Filter)] = stamps;
        Remember(key, new TreeRecord(stamps, digest), isSettled);
        return new FingerprintedTree(digest, () => files);
    }

    // Only where every later write will move the stamps.
    void Remember(TreeKey key, TreeRecord record, bool isSettled)
    {
        _isChanged = true;
        if (isSettled)
            _records[key] = record;
        else
            _records.Remove(key);
    }
}
