using System.Buffers;

namespace Llava.Data.Images;

/// <summary>An 8-bit RGB picture, (height, width, 3), in a pooled buffer that <see cref="Dispose"/> gives back.</summary>
public sealed class RgbImage : IDisposable
{
    public const int Channels = 3;

    // The resampler reads whole vectors: it may look, never act, beyond the last pixel.
    internal const int SlackBytes = 64;

    byte[] _buffer;

    /// <summary>The pixels are not cleared.</summary>
    public RgbImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Width = width;
        Height = height;
        _buffer = ArrayPool<byte>.Shared.Rent(checked(width * height * Channels + SlackBytes));
    }

    public int Width { get; }

    public int Height { get; }

    internal int BytesPerRow => Width * Channels;

    public Span<byte> Pixels => _buffer.AsSpan(0, Width * Height * Channels);

    public Span<byte> Row(int y) => _buffer.AsSpan(y * BytesPerRow, BytesPerRow);

    /// <summary>Row <paramref name="y"/> and whatever follows it, at least <see cref="SlackBytes"/> more.</summary>
    internal Span<byte> RowWithSlack(int y) => _buffer.AsSpan(y * BytesPerRow);

    public void Fill(RgbColour colour) => colour.Fill(Pixels);

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
