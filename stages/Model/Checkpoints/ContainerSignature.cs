using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints;

/// <summary>Tells containers apart by their first bytes; names lie (<c>.mdl</c> may be HDF5 or a torch zip).</summary>
static class ContainerSignature
{
    static ReadOnlySpan<byte> LargeFilePointer => "version https://git-lfs"u8;

    /// <exception cref="DiagnosticException">There is no such file, or only git-LFS's note of where it is.</exception>
    public static ContainerKind Of(string path)
    {
        using var file = new FileRegion(path);
        Span<byte> start = stackalloc byte[(int)Math.Min(LargeFilePointer.Length, file.Length)];
        file.Read(0, start);
        if (start.SequenceEqual(LargeFilePointer))
            throw ErrorCatalog.BadCheckpointFile.Fails(path, "this is a git-LFS pointer, not the file that it stands for: fetch that with git lfs pull");
        start = start[..Math.Min(8, start.Length)];
        if (start.StartsWith("PK\x03\x04"u8))
            return ContainerKind.Zip;
        if (start.Length >= 4 && start[0] == 0x89 && start[1..].StartsWith("HDF"u8))
            return ContainerKind.Hdf5;
        return start.Length >= 2 && start[0] == 0x80 && start[1] is >= 2 and <= 5 && !LooksLikeHeaderLength(start)
            ? ContainerKind.LegacyPickle
            : ContainerKind.Safetensors;
    }

    // A safetensors file starts with a 64-bit length whose upper half is zero.
    static bool LooksLikeHeaderLength(ReadOnlySpan<byte> start) => start.Length == 8 && start[4..].IndexOfAnyExcept((byte)0) < 0;
}
