using Llava.Contracts.Diagnostics;
using Llava.Data.Images;
using Microsoft.Win32.SafeHandles;

namespace Llava.Preprocess.Verification;

/// <summary>Looks at one picture file: at its size and time, and where those are news at its content. Thread-safe.</summary>
sealed class PictureInspector(string root, PictureVerification verification)
{
    static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(50);

    /// <summary>Enough for a JPEG with a preview in its notes.</summary>
    const int LongHeaderBytes = 1 << 18;

    public PictureFinding Look(string picture, PictureFinding? before)
    {
        var file = new FileInfo(Path.Combine(root, picture));
        if (!file.Exists)
            return new PictureFinding(0, 0, PictureState.Missing, ImageFormat.Unknown, verification);
        var ticks = file.LastWriteTimeUtc.Ticks;
        if (before is { } known && known.Holds(file.Length, ticks, verification))
            return known;
        var (state, format) = Open(file.FullName);
        var isYoung = TimeProvider.System.GetUtcNow() - file.LastWriteTimeUtc < ClockTick;
        return new PictureFinding(file.Length, isYoung ? 0 : ticks, state, format, verification);
    }

    (PictureState State, ImageFormat Format) Open(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> buffer = stackalloc byte[ImageHeader.UsualBytes];
            var start = buffer[..RandomAccess.Read(file, buffer, 0)];
            var format = ImageFormatSniffer.Sniff(start);
            var state = StateOf(start, format, file);
            return (state == PictureState.Sound && verification == PictureVerification.Full ? Decode(path) : state, format);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (PictureState.Unreadable, ImageFormat.Unknown);
        }
    }

    static PictureState StateOf(ReadOnlySpan<byte> start, ImageFormat format, SafeFileHandle file)
    {
        if (start.IsEmpty)
            return PictureState.Empty;
        if (format == ImageFormat.Unknown)
            return PictureState.UnknownFormat;
        var size = ImageHeader.ReadSize(start);
        if (size is null && format == ImageFormat.Jpeg && start.Length == ImageHeader.UsualBytes)
            size = ReadLongHeader(file);
        return size switch
        {
            null => PictureState.Sound,
            (0, _) or (_, 0) => PictureState.Corrupt,
            var (width, height) => width > ImageDecoder.DefaultMaximumPixels / height ? PictureState.TooLarge : PictureState.Sound,
        };
    }

    static (long Width, long Height)? ReadLongHeader(SafeFileHandle file)
    {
        var start = new byte[LongHeaderBytes];
        return ImageHeader.ReadSize(start.AsSpan(0, RandomAccess.Read(file, start, 0)));
    }

    static PictureState Decode(string path)
    {
        try
        {
            using var picture = ImageDecoder.Decode(path);
            return PictureState.Sound;
        }
        catch (DiagnosticException error)
        {
            return PictureStates.Of(error.Diagnostics[0].Code);
        }
    }
}
