using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Llava.Contracts.Files;

namespace Llava.Preprocess.Verification;

/// <summary>
/// What is known of the pictures of one dataset, 42 bytes each, in one file; losing it costs time only. Holds the pictures of the run
/// alone: what no sample names any more is forgotten.
/// </summary>
sealed class PictureFindings
{
    static readonly byte[] Magic = "LLAVPIC1"u8.ToArray();

    readonly string _path;
    readonly Dictionary<UInt128, PictureFinding> _before;
    readonly ConcurrentDictionary<UInt128, PictureFinding> _now = new();
    int _opened;

    PictureFindings(string path, Dictionary<UInt128, PictureFinding> before) => (_path, _before) = (path, before);

    public int Count => _now.Count;

    /// <summary>Pictures of which no finding was at hand.</summary>
    public int Opened => _opened;

    public IEnumerable<PictureFinding> Findings => _now.Values;

    public static PictureFindings Load(string path)
    {
        var bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (!bytes.AsSpan().StartsWith(Magic) || (bytes.Length - Magic.Length) % Marshal.SizeOf<Entry>() != 0)
            return new PictureFindings(path, []);
        var entries = MemoryMarshal.Cast<byte, Entry>(bytes.AsSpan(Magic.Length));
        var known = new Dictionary<UInt128, PictureFinding>(entries.Length);
        foreach (var entry in entries)
            known[entry.Key] = entry.Finding;
        return new PictureFindings(path, known);
    }

    /// <summary>The picture's finding of this run; it is looked at when it is first asked for.</summary>
    /// <param name="look">Gets the last run's finding.</param>
    public PictureFinding Of(string picture, Func<string, PictureFinding?, PictureFinding> look)
    {
        var key = KeyOf(picture);
        if (_now.TryGetValue(key, out var finding))
            return finding;
        PictureFinding? before = _before.TryGetValue(key, out var known) ? known : null;
        finding = look(picture, before);
        if (_now.TryAdd(key, finding) && finding != before)
            Interlocked.Increment(ref _opened);
        return finding;
    }

    public void Save()
    {
        if (_opened == 0 && _now.Count == _before.Count)
            return;
        var entries = _now.Select(pair => new Entry(pair.Key, pair.Value)).OrderBy(entry => entry.Key).ToArray();
        using var file = new AtomicFile(_path);
        file.Stream.Write(Magic);
        file.Stream.Write(MemoryMarshal.AsBytes(entries.AsSpan()));
        file.Commit();
    }

    // Half of a SHA-256: a picture is not taken for another.
    static UInt128 KeyOf(string picture)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(picture), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    readonly record struct Entry(UInt128 Key, PictureFinding Finding);
}
