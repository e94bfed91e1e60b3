using System.Globalization;
using System.Text;
using Llava.Contracts.Files;

namespace Llava.Evaluate;

/// <summary>
/// Content hashes of files, pictures' and the model's, kept from run to run: a file is read again when its size or its time of change differs. A line each:
/// hash, size, time in ticks, path.
/// </summary>
/// <param name="path">Null: nothing is kept.</param>
sealed class FileHashCache(string? path)
{
    readonly Dictionary<string, (long Size, long Ticks, string Hash)> _known = Read(path);
    bool _hasChanged;

    /// <returns>SHA-256 in hex.</returns>
    public string Of(FileInfo file)
    {
        var (size, ticks) = (file.Length, file.LastWriteTimeUtc.Ticks);
        if (_known.TryGetValue(file.FullName, out var known) && known.Size == size && known.Ticks == ticks)
            return known.Hash;
        var hash = FileHash.Sha256(file.FullName);
        _known[file.FullName] = (size, ticks, hash);
        _hasChanged = true;
        return hash;
    }

    public bool IsKeptIn(string file) => path is not null && Path.GetFullPath(path) == Path.GetFullPath(file);

    public void Save()
    {
        if (path is null || !_hasChanged)
            return;
        var text = new StringBuilder();
        foreach (var (name, entry) in _known.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{entry.Hash}\t{entry.Size}\t{entry.Ticks}\t{name}\n");
        AtomicFile.WriteAllText(path, text.ToString());
    }

    static Dictionary<string, (long Size, long Ticks, string Hash)> Read(string? path)
    {
        var known = new Dictionary<string, (long, long, string)>(StringComparer.Ordinal);
        if (path is null || !File.Exists(path))
            return known;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Split('\t', 4) is [var hash, var size, var ticks, var name] && long.TryParse(size, CultureInfo.InvariantCulture, out var bytes) && long.TryParse(ticks, CultureInfo.InvariantCulture, out var time))
                known[name] = (bytes, time, hash);
        }
        return known;
    }
}
