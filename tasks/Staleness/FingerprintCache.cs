using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Llava.Contracts.Files;

namespace Llava.Tasks.Staleness;

/// <summary>
/// Content hashes of files, remembered by path, size and modification time: an unchanged file costs one stat call.
/// Thread-safe. Kept in one text file per artifacts folder; losing it costs time only.
/// </summary>
public sealed class FingerprintCache
{
    // A write within the same clock tick as the hash would go unseen: such a file is hashed again next time.
    static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    readonly Dictionary<string, (FileInfo File, string RelativePath)[]> _listings = new(StringComparer.Ordinal);
    readonly string _path;
    bool _isChanged;

    FingerprintCache(string path) => _path = path;

    public static FingerprintCache Load(string path)
    {
        var cache = new FingerprintCache(path);
        if (!File.Exists(path))
            return cache;
        foreach (var line in File.ReadLines(path))
        {
            if (Entry.TryParse(line, out var file, out var entry))
                cache._entries[file] = entry;
        }
        return cache;
    }

    /// <summary>Fingerprints one file, or every file below a folder, in ordinal order of their relative paths.</summary>
    /// <param name="root">A file or folder that exists.</param>
    /// <param name="isWanted">Chooses among relative paths; null takes all.</param>
    public IReadOnlyList<FileFingerprint> Of(string root, Func<string, bool>? isWanted = null)
    {
        if (File.Exists(root))
            return [Hash(new FileInfo(root), Path.GetFileName(root))];
        var files = FilesOf(root, isWanted);
        var fingerprints = new FileFingerprint[files.Length];
        Parallel.For(0, files.Length, i => fingerprints[i] = Hash(files[i].File, files[i].RelativePath));
        return fingerprints;
    }

    /// <summary>As <see cref="Of"/>, but of names alone: nothing is opened, nothing hashed.</summary>
    public IReadOnlyList<FileFingerprint> NamesOf(string root, Func<string, bool>? isWanted = null) =>
        [.. FilesOf(root, isWanted).Select(pair => new FileFingerprint(pair.RelativePath, 0, ""))];

    /// <summary>Writes what was learned; entries of files that are gone are dropped.</summary>
    public void Save()
    {
        if (!_isChanged)
            return;
        _isChanged = false;
        var lines = _entries.Where(pair => File.Exists(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Format(pair.Key));
        AtomicFile.WriteAllText(_path, string.Concat(lines));
    }

    /// <summary>Looks at every folder anew from here on: a stage has run, or time has passed.</summary>
    public void Forget() => _listings.Clear();

    // Several stages read the same folder: it is listed once for all of them, until one of them writes.
    (FileInfo File, string RelativePath)[] FilesOf(string root, Func<string, bool>? isWanted)
    {
        if (!_listings.TryGetValue(root, out var files))
            _listings[root] = files = [.. ListFiles(root)];
        return isWanted is null ? files : [.. files.Where(pair => isWanted(pair.RelativePath))];
    }

    static IEnumerable<(FileInfo File, string RelativePath)> ListFiles(string root) => new DirectoryInfo(root)
        .EnumerateFiles("*", SearchOption.AllDirectories)
        .Select(file => (file, relativePath: Path.GetRelativePath(root, file.FullName).Replace('\\', '/')))
        .OrderBy(pair => pair.relativePath, StringComparer.Ordinal);

    FileFingerprint Hash(FileInfo file, string relativePath)
    {
        var (size, modified) = (file.Length, file.LastWriteTimeUtc);
        if (_entries.TryGetValue(file.FullName, out var known) && known.SizeBytes == size && known.ModifiedTicks == modified.Ticks)
            return new FileFingerprint(relativePath, size, known.Sha256);
        var startedAt = DateTime.UtcNow;
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 17, FileOptions.SequentialScan);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
        _isChanged = true;
        if (startedAt - modified > ClockTick)
            _entries[file.FullName] = new Entry(size, modified.Ticks, sha256);
        else
            _entries.TryRemove(file.FullName, out _);
        return new FileFingerprint(relativePath, size, sha256);
    }

    readonly record struct Entry(long SizeBytes, long ModifiedTicks, string Sha256)
    {
        public string Format(string path) => path.AsSpan().ContainsAny('\t', '\n')
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{SizeBytes}\t{ModifiedTicks}\t{Sha256}\t{path}\n");

        public static bool TryParse(string line, out string path, out Entry entry)
        {
            var parts = line.Split('\t', 4);
            (path, entry) = ("", default);
            if (parts.Length != 4 || parts[2].Length != 64 || !long.TryParse(parts[0], out var size) || !long.TryParse(parts[1], out var modified))
                return false;
            (path, entry) = (parts[3], new Entry(size, modified, parts[2]));
            return true;
        }
    }
}
