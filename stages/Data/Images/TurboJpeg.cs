using System.Runtime.InteropServices;

namespace Llava.Data.Images;

/// <summary>
/// The system's libjpeg-turbo (Debian's libturbojpeg0) by its TurboJPEG interface, version 2: the library below Pillow and libvips too, so the
/// pixels are the same, without what libvips does around it.
/// </summary>
static unsafe partial class TurboJpeg
{
    const string Library = "libturbojpeg.so.0";
    const int PixelsAreRgb = 0;
    const int ColourSpaceIsCmyk = 3;

    // The slow integer transform, as Pillow's; smooth upsampling is what one gets without another flag.
    const int StopOnWarning = 8192, AccurateTransform = 4096;

    /// <summary>Whether the system has the library.</summary>
    public static readonly bool IsPresent = NativeLibrary.TryLoad(Library, out _);

    /// <summary>The size of a JPEG that this library turns to RGB as Pillow does: gray or three colours of 8 bits.</summary>
    public static bool TryReadSize(Decompressor decompressor, ReadOnlySpan<byte> file, out int width, out int height)
    {
        fixed (byte* bytes = file)
            return DecompressHeader(decompressor.Handle, bytes, (nuint)file.Length, out width, out height, out _, out var colourSpace) == 0 && colourSpace < ColourSpaceIsCmyk;
    }

    /// <summary>False: the file is damaged, cut short or unusual; what is in <paramref name="image"/> then means nothing.</summary>
    public static bool TryDecode(Decompressor decompressor, ReadOnlySpan<byte> file, RgbImage image)
    {
        fixed (byte* bytes = file)
        fixed (byte* pixels = image.Pixels)
            return Decompress(decompressor.Handle, bytes, (nuint)file.Length, pixels, image.Width, image.BytesPerRow, image.Height, PixelsAreRgb, AccurateTransform | StopOnWarning) == 0;
    }

    /// <summary>The library's state for one picture at a time.</summary>
    public sealed class Decompressor : IDisposable
    {
        public nint Handle { get; } = Create();

        public void Dispose() => _ = Destroy(Handle);
    }

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    private static partial nint Create();

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    private static partial int Destroy(nint handle);

    // Sizes are C's unsigned long, which is a pointer's size wherever a library of this name exists.
    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    private static partial int DecompressHeader(nint handle, byte* file, nuint fileSize, out int width, out int height, out int subsampling, out int colourSpace);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    private static partial int Decompress(nint handle, byte* file, nuint fileSize, byte* pixels, int width, int bytesPerRow, int height, int pixelFormat, int flags);
}
