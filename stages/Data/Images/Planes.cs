using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Llava.Data.Images;

static class Planes
{
    /// <param name="table">(3, 256): the value of each byte in each channel.</param>
    /// <param name="output">(3, height, width)</param>
    public static void Write<T>(RgbImage picture, T[] table, Span<T> output)
    {
        var pixels = picture.Pixels;
        var planeSize = pixels.Length / RgbImage.Channels;
        for (var channel = 0; channel < RgbImage.Channels; channel++)
        {
            var plane = output.Slice(channel * planeSize, planeSize);
            ref var values = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table), channel * 256);
            for (int i = 0, from = channel; i < plane.Length; i++, from += RgbImage.Channels)
                plane[i] = Unsafe.Add(ref values, pixels[from]);
        }
    }
}
