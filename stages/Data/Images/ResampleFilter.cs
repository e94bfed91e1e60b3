namespace Llava.Data.Images;

/// <summary>Interpolation names of torchvision's <c>InterpolationMode</c>.</summary>
public enum Interpolation
{
    Nearest,
    Box,
    Bilinear,
    Hamming,
    Bicubic,
    Lanczos,
}

/// <summary>
/// The kernels of Pillow's <c>Image.resize</c>, in double precision and its order of operations: a last-bit difference here
/// can move a pixel by one. <see cref="Interpolation.Nearest"/> is no kernel.
/// </summary>
static class ResampleFilter
{
    /// <summary>Half the kernel's width, in source pixels when enlarging.</summary>
    public static double Support(Interpolation interpolation) => interpolation switch
    {
        Interpolation.Box => 0.5,
        Interpolation.Bilinear or Interpolation.Hamming => 1.0,
        Interpolation.Bicubic => 2.0,
        Interpolation.Lanczos => 3.0,
        _ => throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "not a kernel"),
    };

    public static double Weight(Interpolation interpolation, double distance) => interpolation switch
    {
        Interpolation.Box => distance is > -0.5 and <= 0.5 ? 1.0 : 0.0,
        Interpolation.Bilinear => Math.Max(0.0, 1.0 - Math.Abs(distance)),
        Interpolation.Hamming => Hamming(Math.Abs(distance)),
        Interpolation.Bicubic => Bicubic(Math.Abs(distance)),
        Interpolation.Lanczos => distance is >= -3.0 and < 3.0 ? Sinc(distance) * Sinc(distance / 3) : 0.0,
        _ => throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "not a kernel"),
    };

    static double Bicubic(double x)
    {
        const double a = -0.5;
        if (x < 1.0)
            return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
        return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
    }

    static double Hamming(double x)
    {
        if (x == 0.0)
            return 1.0;
        if (x >= 1.0)
            return 0.0;
        x *= Math.PI;
        return Math.Sin(x) / x * (0.54 + 0.46 * Math.Cos(x));
    }

    static double Sinc(double x)
    {
        if (x == 0.0)
            return 1.0;
        x *= Math.PI;
        return Math.Sin(x) / x;
    }
}
