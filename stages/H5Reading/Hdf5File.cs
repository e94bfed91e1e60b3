using Llava.Contracts.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Llava.H5Reading;

/// <summary>Positional reads of one open file, so that any number of threads share it.</summary>
public sealed class Hdf5File : IDisposable
{
    readonly SafeFileHandle _handle;
    readonly ErrorCode _damaged, _unsupported;
    long _metadataBytes;

    /// <param name="damaged">The code that a broken file fails with; <paramref name="unsupported"/> that of one which uses more of the format.</param>
    /// <exception cref="DiagnosticException">There is no such file.</exception>
    public Hdf5File(string path, ErrorCode damaged, ErrorCode unsupported)
    {
        (_damaged, _unsupported) = (damaged, unsupported);
        if (!File.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such file");
        Path = path;
        _handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        Length = RandomAccess.GetLength(_handle);
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>
    /// How often its own length (and 128 KB) may be read as metadata; null for no limit. Structures that lead back to themselves are found so,
    /// however they are knotted. For files that are opened, read and closed: it counts for as long as the file is open.
    /// </summary>
    public int? MetadataPasses { get; init; }

    public void Read(long address, Span<byte> bytes)
    {
        if (address < 0 || bytes.Length > Length - address)
            throw Damaged($"{bytes.Length} bytes are expected at {address}, but the file ends at {Length}");
        for (var done = 0; done < bytes.Length;)
        {
            var count = RandomAccess.Read(_handle, bytes[done..], address + done);
            if (count == 0)
                throw Damaged($"the file ends early, at {address + done}");
            done += count;
        }
    }

    /// <summary>A cursor over <paramref name="length"/> bytes at <paramref name="address"/>, or as many as the file has.</summary>
    public MetadataCursor Metadata(long address, int length)
    {
        // Behind an address below 0 there would be more than the file has.
        var count = address < 0 ? 0 : (int)Math.Clamp(Length - address, 0, Math.Max(0, length));
        if (MetadataPasses is { } passes && Interlocked.Add(ref _metadataBytes, count) > (128 << 10) + passes * Length)
            throw Damaged($"its structures are read without end: those at {address} lead back to themselves");
        var bytes = new byte[count];
        Read(address, bytes);
        return new MetadataCursor(this, bytes, address);
    }

    /// <summary>Thrown by arithmetic on the numbers of a damaged file, not by whoever asked for them.</summary>
    public static bool IsSenselessNumber(Exception error) => error is OverflowException or ArgumentException or IndexOutOfRangeException or DivideByZeroException;

    public DiagnosticException Damaged(Exception senselessNumber) => Damaged($"a number in it makes no sense: {senselessNumber.Message}");

    public DiagnosticException Damaged(string message) => _damaged.Fails(Path, message);

    public DiagnosticException Unsupported(string message) => _unsupported.Fails(Path, message);

    public void Dispose() => _handle.Dispose();
}
