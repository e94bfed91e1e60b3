namespace Llava.Model.Checkpoints;

/// <summary>Tells containers apart by their first bytes; names lie (<c>.mdl</c> may be HDF5 or a torch zip).</summary>
static class ContainerSignature
{
    public static ContainerKind Of(string path)
    {
        using var file = new FileRegion(path);
        Span<byte> start = stackalloc byte[(int)Math.Min(8, file.Length)];
        file.Read(0, start);
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
