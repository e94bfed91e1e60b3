namespace Llava.Data.Images;

/// <summary>Pads the shorter side on both ends, an odd pixel at the end.</summary>
public sealed record ExpandToSquare(RgbColour Background) : PictureTransform
{
    /// <summary>The mean colour as LLaVA computes it: each mean times 255, cut to a whole number.</summary>
    public static ExpandToSquare WithMean(IReadOnlyList<double> mean) =>
        new(new RgbColour((byte)(mean[0] * 255), (byte)(mean[1] * 255), (byte)(mean[2] * 255)));

    internal override Canvas Apply(Canvas canvas)
    {
        if (canvas.Width == canvas.Height)
            return canvas;
        if (canvas.IsPadded)
            canvas = Canvas.Of(canvas.Crop(0, 0, canvas.Width, canvas.Height));
        var side = Math.Max(canvas.Width, canvas.Height);
        return new Canvas(canvas.Image, side, side, (side - canvas.Width) / 2, (side - canvas.Height) / 2, Background);
    }
}
