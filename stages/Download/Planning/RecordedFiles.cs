using System.Globalization;
using Llava.Contracts.Files;
using Llava.Download.Transfer;

namespace Llava.Download.Planning;

/// <summary>
/// Size, modification time and hash of every file that a download wrote or found in order: what has not changed since need not be hashed again,
/// and what has changed was not changed by us. One tab-separated line a file; the build reads it too.
/// </summary>
sealed class RecordedFiles
{
    readonly string? _path;
    readonly Dictionary<string, Entry> _before = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, Entry> _now = new(StringComparer.Ordinal);

    RecordedFiles(string? path) => _path = path;

    public static RecordedFiles Load(string? path)
    {
        var files = new RecordedFiles(path);
        if (path is null || !File.Exists(path))
            return files;
        foreach (var fields in File.ReadLines(path).Select(line => line.Split('\t', 4)).Where(fields => fields.Length == 4))
        {
            if (long.TryParse(fields[0], CultureInfo.InvariantCulture, out var size) && long.TryParse(fields[1], CultureInfo.InvariantCulture, out var ticks))
                files._before[fields[3]] = new Entry(size, ticks, fields[2]);
        }
        return files;
    }

    /// <summary>The file's sha256, if it has the size and time it had then.</summary>
    public string? UnchangedSha256(string path) =>
        _before.TryGetValue(path, out var known) && Look(path) is { } file && file.Length == known.SizeBytes && file.LastWriteTimeUtc.Ticks == known.ModifiedTicks ? known.Sha256 : null;

    /// <summary>This content was here at the end of an earlier run, so replacing it loses nothing of the user's.</summary>
    public bool IsOurs(string path, string sha256) => _before.TryGetValue(path, out var known) && known.Sha256 == sha256;

    public void Add(string path, string sha256)
    {
        if (Look(path) is not { } file)
            return;
        lock (_now)
            _now[path] = new Entry(file.Length, file.LastWriteTimeUtc.Ticks, sha256);
    }

    /// <summary>Hashes a file that is here, unless its hash is known.</summary>
    /// <param name="withBlob">Git's hash is wanted too.</param>
    public async Task<ContentDigest> DigestAsync(string path, bool withBlob, CancellationToken cancellation)
    {
        var size = new FileInfo(path).Length;
        if (!withBlob && UnchangedSha256(path) is { } known)
            return new ContentDigest(size, known, "");
        using var hash = new ContentHash(withBlob ? size : null);
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        await hash.AppendAsync(stream, _ => { }, cancellation);
        return hash.Current();
    }

    /// <param name="isWhole">Every file of this run's sources is in order: only these are remembered.</param>
    public void Save(bool isWhole)
    {
        if (_path is null)
            return;
        var files = new SortedDictionary<string, Entry>(isWhole ? [] : _before, StringComparer.Ordinal);
        foreach (var (path, entry) in _now)
            files[path] = entry;
        using var file = new AtomicFile(_path);
        using (var writer = new StreamWriter(file.Stream, leaveOpen: true) { NewLine = "\n" })
        {
            foreach (var (path, entry) in files)
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.SizeBytes}\t{entry.ModifiedTicks}\t{entry.Sha256}\t{path}"));
        }
        file.Commit();
    }

    static FileInfo? Look(string path) => new FileInfo(path) is { Exists: true } file ? file : null;

    readonly record struct Entry(long SizeBytes, long ModifiedTicks, string Sha256);
}
