using System.Runtime.InteropServices;
using System.Text;

namespace Llava.Contracts.Files;

/// <summary>
/// What the system says of a file without opening it. The time of the last change (ctime) is the one that no program can set: an edit
/// to the same size whose modification time was put back still moves it. Links are followed.
/// </summary>
/// <param name="ModifiedNanoseconds">Since 1970.</param>
/// <param name="ChangedNanoseconds">Since 1970; where the system has no such time, that of the modification.</param>
public readonly partial record struct FileStamp(long SizeBytes, long ModifiedNanoseconds, long ChangedNanoseconds)
{
    /// <summary>Of a name that leads to no file: a link to nothing.</summary>
    public static readonly FileStamp Missing = new(-1, 0, 0);

    const int CurrentDirectory = -100; // AT_FDCWD
    const uint TimesAndSize = 0x40 | 0x80 | 0x200; // STATX_MTIME, STATX_CTIME, STATX_SIZE

    // Some systems' C library lacks the call.
    static readonly bool HasStatx = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc", typeof(FileStamp).Assembly, null, out var library) && NativeLibrary.TryGetExport(library, "statx", out _);

    public static FileStamp Of(string path) => Of(Encoding.UTF8.GetBytes(path + '\0'));

    /// <param name="path">In UTF-8, with a zero at its end.</param>
    public static FileStamp Of(ReadOnlySpan<byte> path) => HasStatx ? OfStatus(path) : OfInfo(Encoding.UTF8.GetString(path[..^1]));

    public static long Nanoseconds(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    public string ToHex() => $"{SizeBytes:x16}{ModifiedNanoseconds:x16}{ChangedNanoseconds:x16}";

    static unsafe FileStamp OfStatus(ReadOnlySpan<byte> path)
    {
        Status status;
        fixed (byte* name = path)
            return Statx(CurrentDirectory, name, 0, TimesAndSize, &status) != 0 ? Missing : new FileStamp(status.Size, status.Modified.Nanoseconds, status.Changed.Nanoseconds);
    }

    static FileStamp OfInfo(string path)
    {
        var file = new FileInfo(path);
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            file = target;
        var modified = file.Exists ? Nanoseconds(file.LastWriteTimeUtc) : 0;
        return file.Exists ? new FileStamp(file.Length, modified, modified) : Missing;
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static unsafe partial int Statx(int folder, byte* path, int flags, uint mask, Status* status);

    // struct statx of linux/stat.h.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct Status
    {
        [FieldOffset(40)] public long Size;
        [FieldOffset(96)] public Time Changed;
        [FieldOffset(112)] public Time Modified;
    }

    struct Time
    {
        public long Seconds;
        public int Fraction;
        int _reserved;

        public readonly long Nanoseconds => (Seconds * 1_000_000_000) + Fraction;
    }
}
