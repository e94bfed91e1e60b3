using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;

namespace Llava.Tasks.Staleness;

/// <summary>
/// The content hash of every file of a folder, remembered by path and stamp. They are read only when something in the folder has moved, and
/// written when one was new: a file per folder, next to the others of the graph. Thread-safe, but for loading and saving.
/// </summary>
sealed class FileHashes(string graphFolder, CancellationToken stopping)
{
    // A write within the same clock tick as the hash would go unseen: such a file is hashed again next time.
    const long ClockTickNanoseconds = 50_000_000;

    const int UnreadableShown = 10;

    readonly ConcurrentDictionary<string, (FileStamp Stamp, string Sha256)> _known = new(StringComparer.Ordinal);
    readonly HashSet<TreeKey> _loaded = [];
    readonly Dictionary<TreeKey, (string RelativePath, FileStamp Stamp)[]> _unsaved = [];

    /// <summary>Hashes what is not known. <c>IsSettled</c>: a later edit of any of them will be seen by their stamps.</summary>
    /// <exception cref="DiagnosticException">Some cannot be read; the first of them, by path, are named.</exception>
    public (IReadOnlyList<FileFingerprint> Files, bool IsSettled) Of(TreeKey tree, (string RelativePath, FileStamp Stamp)[] files)
    {
        if (_loaded.Add(tree))
            Load(tree);
        var (fingerprints, news, unsettled, unreadable) = (new FileFingerprint[files.Length], 0, 0, new ConcurrentBag<Diagnostic>());
        Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = stopping }, i =>
        {
            var (path, stamp) = (PathOf(tree.Root, files[i].RelativePath), files[i].Stamp);
            if (!_known.TryGetValue(path, out var known) || known.Stamp != stamp)
            {
                Interlocked.Increment(ref news);
                known = (stamp, TryHash(path, stamp, ref unsettled, unreadable));
            }
            fingerprints[i] = new FileFingerprint(files[i].RelativePath, stamp.SizeBytes, known.Sha256);
        });
        if (!unreadable.IsEmpty)
            throw new DiagnosticException([.. unreadable.OrderBy(problem => problem.Location!.Path, StringComparer.Ordinal).Take(UnreadableShown)]);
        if (news > 0 && files is not [{ RelativePath: "" }])
            _unsaved[tree] = files;
        return (fingerprints, unsettled == 0);
    }

    /// <summary>The store has linked to these files or protected them: their content is the same, the time of their last change is not.</summary>
    public void AcceptLinks(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var stamp = FileStamp.Of(path);
            if (_known.TryGetValue(path, out var known) && known.Stamp with { ChangedNanoseconds = 0 } == stamp with { ChangedNanoseconds = 0 })
                _known[path] = (stamp, known.Sha256);
        }
    }

    public void Save()
    {
        foreach (var (tree, files) in _unsaved)
        {
            var text = new StringBuilder();
            foreach (var (relativePath, _) in files)
            {
                if (_known.TryGetValue(PathOf(tree.Root, relativePath), out var known) && !relativePath.AsSpan().ContainsAny('\t', '\n'))
                    text.Append(CultureInfo.InvariantCulture, $"{known.Stamp.SizeBytes}\t{known.Stamp.ModifiedNanoseconds}\t{known.Stamp.ChangedNanoseconds}\t{known.Sha256}\t{relativePath}\n");
            }
            AtomicFile.WriteAllText(FileOf(tree), text.ToString());
        }
        _unsaved.Clear();
    }

    string TryHash(string path, FileStamp stamp, ref int unsettled, ConcurrentBag<Diagnostic> unreadable)
    {
        try
        {
            return Hash(path, stamp, ref unsettled);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            unreadable.Add(ErrorCatalog.CannotRead.At(path, error.Message));
            return "";
        }
    }

    string Hash(string path, FileStamp stamp, ref int unsettled)
    {
        var startedAt = FileStamp.Nanoseconds(DateTime.UtcNow);
        var sha256 = FileHash.Sha256(path, stopping);
        if (startedAt - stamp.ChangedNanoseconds > ClockTickNanoseconds)
        {
            _known[path] = (stamp, sha256);
        }
        else
        {
            _known.TryRemove(path, out _);
            Interlocked.Increment(ref unsettled);
        }
        return sha256;
    }

    void Load(TreeKey tree)
    {
        if (!File.Exists(FileOf(tree)))
            return;
        foreach (var line in File.ReadLines(FileOf(tree)))
        {
            if (line.Split('\t') is [var size, var modified, var changed, var sha256, var relativePath] && TreeDigest.IsHash(sha256) && long.TryParse(size, out var bytes) && long.TryParse(modified, out var modifiedAt) && long.TryParse(changed, out var changedAt))
                _known.TryAdd(PathOf(tree.Root, relativePath), (new FileStamp(bytes, modifiedAt, changedAt), sha256));
        }
    }

    string FileOf(TreeKey tree) => Path.Combine(graphFolder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tree.Root}\0{tree.Filter}")))[..16]}.fingerprints.tsv");

    static string PathOf(string root, string relativePath) => relativePath.Length == 0 ? root : $"{root}/{relativePath}";
}
