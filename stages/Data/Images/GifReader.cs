namespace Llava.Data.Images;

/// <summary>
/// The first frame of a GIF on its whole screen. What the frame leaves free has the transparent colour's index, or 0; and as
/// Pillow drops alpha, a transparent pixel shows its palette colour (libvips would make it black).
/// </summary>
static class GifReader
{
    const byte Extension = 0x21;
    const byte GraphicControl = 0xF9;
    const byte ImageDescriptor = 0x2C;

    static readonly (int First, int Step)[] InterlacePasses = [(0, 8), (4, 8), (2, 4), (1, 2)];

    public static RgbImage Read(ReadOnlySpan<byte> file, PixelLimit limit)
    {
        var reader = new ByteReader(file, limit) { Position = 6 };
        var (width, height) = (reader.UInt16(), reader.UInt16());
        var flags = reader.Byte();
        reader.Bytes(2);
        var palette = new RgbPalette();
        ReadPalette(ref reader, palette, flags);
        var background = SkipToFrame(ref reader, limit);
        var (left, top, frameWidth, frameHeight) = (reader.UInt16(), reader.UInt16(), reader.UInt16(), reader.UInt16());
        flags = reader.Byte();
        if ((flags & 0x80) != 0)
            palette = new RgbPalette();
        ReadPalette(ref reader, palette, flags);
        width = Math.Max(width, left + frameWidth);
        height = Math.Max(height, top + frameHeight);
        limit.Check(frameWidth, frameHeight);
        var image = limit.CreateImage(width, height);
        try
        {
            image.Fill(palette[background]);
            var indices = new byte[frameWidth * frameHeight];
            indices.AsSpan().Fill((byte)background);
            LzwDecoder.Decode(ref reader, indices, limit);
            Draw(indices, frameWidth, frameHeight, left, top, isInterlaced: (flags & 0x40) != 0, palette, image);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    static void ReadPalette(ref ByteReader reader, RgbPalette palette, byte flags)
    {
        if ((flags & 0x80) == 0)
            return;
        var colours = reader.Bytes(RgbImage.Channels << ((flags & 7) + 1));
        for (var i = 0; i < colours.Length / RgbImage.Channels; i++)
            palette[i] = new RgbColour(colours[3 * i], colours[3 * i + 1], colours[3 * i + 2]);
    }

    /// <returns>The transparent index, or 0.</returns>
    static int SkipToFrame(ref ByteReader reader, PixelLimit limit)
    {
        var transparent = 0;
        for (; ; )
        {
            var block = reader.Byte();
            if (block == ImageDescriptor)
                return transparent;
            if (block == 0)
                continue;
            if (block != Extension)
                throw limit.Corrupt($"a GIF block of type {block} before the first frame");
            var isGraphicControl = reader.Byte() == GraphicControl;
            for (int size; (size = reader.Byte()) > 0;)
            {
                var data = reader.Bytes(size);
                if (isGraphicControl && size >= 4 && (data[0] & 1) != 0)
                    transparent = data[3];
            }
        }
    }

    static void Draw(byte[] indices, int width, int height, int left, int top, bool isInterlaced, RgbPalette palette, RgbImage image)
    {
        var row = 0;
        foreach (var (first, step) in isInterlaced ? InterlacePasses : [(0, 1)])
        {
            for (var y = first; y < height; y += step, row++)
            {
                var pixels = image.Row(top + y)[(left * RgbImage.Channels)..];
                for (var x = 0; x < width; x++)
                    palette.Write(indices[row * width + x], pixels[(x * RgbImage.Channels)..]);
            }
        }
    }
}
