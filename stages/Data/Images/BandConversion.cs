using System.Runtime.InteropServices;

namespace Llava.Data.Images;

/// <summary>What a decoder's bands mean. Bands after those named (alpha) are dropped.</summary>
enum BandLayout
{
    Rgb,
    Gray,

    /// <summary>16 bits, of which Pillow keeps the high byte.</summary>
    Rgb16,

    /// <inheritdoc cref="Rgb16"/>
    Gray16,

    /// <summary>16 bits that Pillow opens as 32-bit integers (mode I) and clips at 255 on the way to RGB.</summary>
    ClippedGray16,

    /// <summary>255 is full ink.</summary>
    Cmyk,
}

/// <summary>Pillow's <c>convert("RGB")</c> from each layout.</summary>
static class BandConversion
{
    const int Opaque = 255;

    public static void ToRgb(ReadOnlySpan<byte> bands, int bandCount, BandLayout layout, Span<byte> rgb)
    {
        switch (layout)
        {
            case BandLayout.Rgb when bandCount == RgbImage.Channels:
                bands.CopyTo(rgb);
                break;
            case BandLayout.Rgb:
                for (int from = 0, to = 0; to < rgb.Length; from += bandCount, to += RgbImage.Channels)
                    (rgb[to], rgb[to + 1], rgb[to + 2]) = (bands[from], bands[from + 1], bands[from + 2]);
                break;
            case BandLayout.Gray:
                for (int from = 0, to = 0; to < rgb.Length; from += bandCount, to += RgbImage.Channels)
                    rgb.Slice(to, RgbImage.Channels).Fill(bands[from]);
                break;
            case BandLayout.Cmyk:
                CmykToRgb(bands, bandCount, rgb);
                break;
            default:
                SixteenBitsToRgb(MemoryMarshal.Cast<byte, ushort>(bands), bandCount, layout, rgb);
                break;
        }
    }

    static void SixteenBitsToRgb(ReadOnlySpan<ushort> bands, int bandCount, BandLayout layout, Span<byte> rgb)
    {
        var secondBand = layout == BandLayout.Rgb16 ? 1 : 0;
        for (int from = 0, to = 0; to < rgb.Length; from += bandCount, to += RgbImage.Channels)
        {
            for (var channel = 0; channel < RgbImage.Channels; channel++)
            {
                var value = bands[from + channel * secondBand];
                rgb[to + channel] = (byte)(layout == BandLayout.ClippedGray16 ? Math.Min(value, (ushort)255) : value >> 8);
            }
        }
    }

    static void CmykToRgb(ReadOnlySpan<byte> bands, int bandCount, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += bandCount, to += RgbImage.Channels)
        {
            var light = Opaque - bands[from + 3];
            for (var channel = 0; channel < RgbImage.Channels; channel++)
                rgb[to + channel] = (byte)Math.Max(0, light - MultiplyAsFractions(bands[from + channel], light));
        }
    }

    /// <summary>a * b / 255, rounded, in Pillow's integer form.</summary>
    static int MultiplyAsFractions(int a, int b)
    {
        var product = a * b + 128;
        return ((product >> 8) + product) >> 8;
    }
}
