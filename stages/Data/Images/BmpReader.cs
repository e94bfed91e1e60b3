using System.Numerics;

namespace Llava.Data.Images;

/// <summary>Windows and OS/2 bitmaps, uncompressed: palettes of 1, 4 and 8 bits; 16, 24 and 32 bits a pixel. libvips has no reader for them.</summary>
static class BmpReader
{
    const int OldHeaderSize = 12;
    const int Uncompressed = 0;
    const int BitFields = 3;

    sealed record Header(int Width, int Height, bool IsTopDown, int BitsPerPixel, int PixelOffset, RgbPalette Palette, uint[] Masks)
    {
        /// <summary>Rows end on a multiple of four bytes.</summary>
        public int BytesPerRow => checked((int)(((long)Width * BitsPerPixel + 31) / 32 * 4));
    }

    public static RgbImage Read(ReadOnlySpan<byte> file, PixelLimit limit)
    {
        var reader = new ByteReader(file, limit);
        var header = ReadHeader(ref reader, limit);
        var image = limit.CreateImage(header.Width, header.Height);
        try
        {
            reader.Position = header.PixelOffset;
            for (var y = 0; y < header.Height; y++)
                ConvertRow(reader.Bytes(header.BytesPerRow), header, image.Row(header.IsTopDown ? y : header.Height - 1 - y));
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    static Header ReadHeader(ref ByteReader reader, PixelLimit limit)
    {
        reader.Position = 10;
        var pixelOffset = reader.Int32();
        var headerStart = reader.Position;
        var headerSize = reader.Int32();
        var isOld = headerSize == OldHeaderSize;
        var width = isOld ? reader.UInt16() : reader.Int32();
        var height = isOld ? reader.UInt16() : reader.Int32();
        limit.Check(width, Math.Abs((long)height));
        reader.UInt16();
        var bits = reader.UInt16();
        var compression = isOld ? Uncompressed : reader.Int32();
        if (compression is not (Uncompressed or BitFields) || bits is not (1 or 4 or 8 or 16 or 24 or 32))
            throw limit.Unsupported($"a BMP of {bits} bits with compression {compression}");
        var paletteSize = isOld ? 0 : PaletteSize(ref reader);
        reader.Position = headerStart + OffsetOfMasks;
        var masks = compression == BitFields ? [reader.UInt32(), reader.UInt32(), reader.UInt32()] : DefaultMasks(bits);
        reader.Position = headerStart + headerSize;
        var palette = new RgbPalette();
        if (bits <= 8)
            ReadPalette(ref reader, palette, paletteSize == 0 ? 1 << bits : Math.Min(paletteSize, 1 << bits), isOld ? 3 : 4);
        return new Header(width, Math.Abs(height), height < 0, bits, pixelOffset, palette, masks);
    }

    // In both kinds of header: after the forty bytes of the first Windows one, or as part of a later one.
    const int OffsetOfMasks = 40;

    static int PaletteSize(ref ByteReader reader)
    {
        reader.Bytes(12);
        return Math.Max(0, reader.Int32());
    }

    static uint[] DefaultMasks(int bits) => bits == 16 ? [0x7C00, 0x03E0, 0x001F] : [0xFF0000, 0x00FF00, 0x0000FF];

    static void ReadPalette(ref ByteReader reader, RgbPalette palette, int count, int bytesPerColour)
    {
        for (var i = 0; i < count; i++)
        {
            var colour = reader.Bytes(bytesPerColour);
            palette[i] = new RgbColour(colour[2], colour[1], colour[0]);
        }
    }

    static void ConvertRow(ReadOnlySpan<byte> row, Header header, Span<byte> rgb)
    {
        var bits = header.BitsPerPixel;
        for (var x = 0; x < header.Width; x++)
        {
            var pixel = rgb.Slice(x * RgbImage.Channels, RgbImage.Channels);
            if (bits <= 8)
                header.Palette.Write((row[x * bits / 8] >> (8 - bits - x * bits % 8)) & ((1 << bits) - 1), pixel);
            else
                Unpack(row.Slice(x * (bits / 8), bits / 8), header.Masks, pixel);
        }
    }

    static void Unpack(ReadOnlySpan<byte> bytes, uint[] masks, Span<byte> pixel)
    {
        var value = 0u;
        for (var i = bytes.Length - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        for (var channel = 0; channel < RgbImage.Channels; channel++)
        {
            var shift = BitOperations.TrailingZeroCount(masks[channel]);
            var maximum = masks[channel] == 0 ? 1 : masks[channel] >> shift;
            pixel[channel] = (byte)(((ulong)(value & masks[channel]) >> shift) * 255 / maximum);
        }
    }
}
