using System.Runtime.Intrinsics.X86;

namespace Llava.Data.Images;

/// <summary>
/// Pillow 9.4's <c>Image.resize</c> for RGB: a horizontal pass, then a vertical one, each antialiased, in fixed point, with
/// 8 bits in between; a pass that changes no size is left out.
/// </summary>
static class Resampler
{
    /// <returns>The caller's to dispose.</returns>
    public static RgbImage Resize(Canvas canvas, int width, int height, Interpolation interpolation) =>
        Resize(canvas, width, height, interpolation, Avx2.IsSupported);

    /// <param name="useVectors">Off: the plain loops, which give the same bits.</param>
    internal static RgbImage Resize(Canvas canvas, int width, int height, Interpolation interpolation, bool useVectors)
    {
        if (width == canvas.Width && height == canvas.Height)
            return canvas.Crop(0, 0, width, height);
        if (interpolation == Interpolation.Nearest)
            return Nearest(canvas, width, height);
        if (height == canvas.Height)
            return ResizeRows(canvas, 0, height, width, interpolation, useVectors);
        var taps = new ResampleTaps(canvas.Height, height, interpolation);
        var firstRow = taps.First[0];
        var rowCount = taps.First[^1] + taps.Count[^1] - firstRow;
        using var rows = width == canvas.Width
            ? canvas.Crop(0, firstRow, width, rowCount)
            : ResizeRows(canvas, firstRow, rowCount, width, interpolation, useVectors);
        return ResizeColumns(rows, firstRow, taps, useVectors);
    }

    static RgbImage ResizeRows(Canvas canvas, int firstRow, int rowCount, int width, Interpolation interpolation, bool useVectors)
    {
        var taps = new ResampleTaps(canvas.Width, width, interpolation);
        var pass = useVectors ? new VectorRowPass(taps) : (IRowPass)new ScalarRowPass(taps);
        var result = new RgbImage(width, rowCount);
        var scratch = new byte[canvas.Width * RgbImage.Channels + RgbImage.SlackBytes];
        var backgroundRow = -1;
        for (var row = 0; row < rowCount; row++)
        {
            var y = firstRow + row;
            var isBackground = canvas.IsBackground(y);
            if (isBackground && backgroundRow >= 0)
            {
                result.Row(backgroundRow).CopyTo(result.Row(row));
                continue;
            }
            if (isBackground || canvas.Width != canvas.Image.Width)
                canvas.CopyRow(y, scratch);
            pass.Run(isBackground || canvas.Width != canvas.Image.Width ? scratch : canvas.Image.RowWithSlack(y - canvas.Top), result.RowWithSlack(row));
            if (isBackground)
                backgroundRow = row;
        }
        return result;
    }

    static RgbImage ResizeColumns(RgbImage rows, int firstRow, ResampleTaps taps, bool useVectors)
    {
        var result = new RgbImage(rows.Width, taps.OutputSize);
        for (var y = 0; y < taps.OutputSize; y++)
        {
            var first = taps.First[y] - firstRow;
            if (useVectors)
                VectorColumnPass.Run(rows, first, taps.Count[y], taps.Weights(y), result.RowWithSlack(y));
            else
                ScalarColumnPass.Run(rows, first, taps.Weights(y)[..taps.Count[y]], result.Row(y));
        }
        return result;
    }

    static RgbImage Nearest(Canvas canvas, int width, int height)
    {
        var columns = NearestPositions(canvas.Width, width);
        var rows = NearestPositions(canvas.Height, height);
        var result = new RgbImage(width, height);
        var source = new byte[canvas.Width * RgbImage.Channels];
        for (var y = 0; y < height; y++)
        {
            canvas.CopyRow(rows[y], source);
            var target = result.Row(y);
            for (var x = 0; x < width; x++)
                source.AsSpan(columns[x] * RgbImage.Channels, RgbImage.Channels).CopyTo(target[(x * RgbImage.Channels)..]);
        }
        return result;
    }

    // Summed up step by step, as Pillow does: the rounding errors belong to the result.
    static int[] NearestPositions(int inputSize, int outputSize)
    {
        var step = (double)inputSize / outputSize;
        var position = step * 0.5;
        var positions = new int[outputSize];
        for (var i = 0; i < outputSize; i++, position += step)
            positions[i] = (int)position;
        return positions;
    }
}
