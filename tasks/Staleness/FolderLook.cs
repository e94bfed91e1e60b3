using System.Buffers;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;

namespace Llava.Tasks.Staleness;

/// <summary>
/// One look at all that counts below a folder: a listing of each folder and one stat call for each file, and nothing kept of
/// a file but what goes into one hash. Half a million files take a fraction of a second.
/// </summary>
sealed class FolderLook
{
    // Starting threads costs more than looking into a few folders.
    const int FoldersWorthThreads = 16;

    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    readonly string _root;
    readonly TreeFilter _filter;
    readonly Action<string, FileStamp>? _onFile;
    bool _takesWritesOnly;

    FolderLook(string root, TreeFilter filter, Action<string, FileStamp>? onFile) => (_root, _filter, _onFile) = (root, filter, onFile);

    /// <summary>A hash over names and stamps: while it is the same, no file was added, removed or written to.</summary>
    public static string Stamps(string root, TreeFilter filter) => new FolderLook(root, filter, null).Run();

    /// <summary>As <see cref="Stamps"/>, but for the time of the last change, which a hard link that another run makes into its store moves too.</summary>
    public static string Writes(string root, TreeFilter filter) => new FolderLook(root, filter, null) { _takesWritesOnly = true }.Run();

    /// <summary>As <see cref="Stamps"/>, with each file's path from the root, in ordinal order.</summary>
    public static (string Stamps, (string RelativePath, FileStamp Stamp)[] Files) Files(string root, TreeFilter filter)
    {
        var found = new List<(string RelativePath, FileStamp Stamp)>();
        var stamps = new FolderLook(root, filter, (path, stamp) =>
        {
            lock (found)
                found.Add((path, stamp));
        }).Run();
        found.Sort((a, b) => string.CompareOrdinal(a.RelativePath, b.RelativePath));
        return (stamps, [.. found]);
    }

    string Run()
    {
        var all = new List<Folder>();
        for (Folder[] level = [Look("")]; level.Length > 0; level = Look([.. level.SelectMany(folder => folder.Folders)]))
            all.AddRange(level.Where(folder => folder.Stamps is not null));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var folder in all.OrderBy(folder => folder.RelativePath, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(folder.RelativePath + '\0'));
            hash.AppendData(folder.Stamps!);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    Folder[] Look(string[] folders)
    {
        if (folders.Length < FoldersWorthThreads)
            return [.. folders.Select(Look)];
        var looked = new Folder[folders.Length];
        Parallel.For(0, folders.Length, i => looked[i] = Look(folders[i]));
        return looked;
    }

    // In the order in which the system lists the folder, which is that of the look before unless a file came or went;
    // another order only means that each file's own record is asked.
    Folder Look(string relativePath)
    {
        var path = relativePath.Length == 0 ? _root : $"{_root}/{relativePath}";
        var (folders, stamps, name) = (new List<string>(), new ArrayBufferWriter<byte>(1 << 14), new PathBuffer(path));
        // The transform does it all: it alone sees a name before it becomes a string.
        try
        {
            foreach (var _ in new FileSystemEnumerable<bool>(path, Add, Everything))
                continue;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw ErrorCatalog.CannotRead.Fails(path, error.Message);
        }
        return new Folder(relativePath, [.. folders], stamps.WrittenCount == 0 ? null : SHA256.HashData(stamps.WrittenSpan));

        bool Add(ref FileSystemEntry entry)
        {
            if (entry.IsDirectory)
            {
                if (!entry.Attributes.HasFlag(FileAttributes.ReparsePoint) || !FolderLoop.Closes(path, entry.ToSpecifiedFullPath()))
                    folders.Add(Below(relativePath, entry.FileName));
            }
            else if (_filter.Takes(relativePath, entry.FileName))
            {
                var stamp = FileStamp.Of(name.With(entry.FileName));
                if (_takesWritesOnly)
                    stamp = stamp with { ChangedNanoseconds = 0 };
                stamps.Write(name.LastName);
                stamps.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<FileStamp>(in stamp)));
                _onFile?.Invoke(Below(relativePath, entry.FileName), stamp);
            }
            return true;
        }
    }

    static string Below(string folder, ReadOnlySpan<char> name) => folder.Length == 0 ? new string(name) : $"{folder}/{name}";

    sealed record Folder(string RelativePath, string[] Folders, byte[]? Stamps);

    /// <summary>Paths of one folder's files in UTF-8, each written over the one before.</summary>
    sealed class PathBuffer
    {
        const int LongestName = 1024;

        readonly byte[] _bytes;
        readonly int _folderLength;
        int _length;

        public PathBuffer(string folder)
        {
            _bytes = new byte[Encoding.UTF8.GetByteCount(folder) + LongestName];
            _folderLength = Encoding.UTF8.GetBytes(folder + '/', _bytes);
        }

        /// <summary>The name that was put in last, with its zero.</summary>
        public ReadOnlySpan<byte> LastName => _bytes.AsSpan(_folderLength.._length);

        public ReadOnlySpan<byte> With(ReadOnlySpan<char> name)
        {
            _length = _folderLength + Encoding.UTF8.GetBytes(name, _bytes.AsSpan(_folderLength));
            _bytes[_length++] = 0;
            return _bytes.AsSpan(0, _length);
        }
    }
}
