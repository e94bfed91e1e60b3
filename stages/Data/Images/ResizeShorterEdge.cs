namespace Llava.Data.Images;

/// <summary>Resize so that the shorter edge has <paramref name="ShorterEdge"/> pixels and the shape stays.</summary>
/// <param name="MaximumLongerEdge">If the longer edge would exceed it, it gets this length instead and the shorter one less.</param>
public sealed record ResizeShorterEdge(int ShorterEdge, Interpolation Interpolation, int? MaximumLongerEdge = null) : PictureTransform
{
    internal override Canvas Apply(Canvas canvas)
    {
        var (shorter, longer) = (Math.Min(canvas.Width, canvas.Height), Math.Max(canvas.Width, canvas.Height));
        if (shorter == ShorterEdge)
            return canvas;
        var newShorter = ShorterEdge;
        // torchvision: int(size * long / short), a division in floating point.
        var newLonger = (int)((double)((long)ShorterEdge * longer) / shorter);
        if (newLonger > MaximumLongerEdge)
            (newShorter, newLonger) = ((int)((double)((long)MaximumLongerEdge * newShorter) / newLonger), MaximumLongerEdge.Value);
        var (width, height) = canvas.Width <= canvas.Height ? (newShorter, newLonger) : (newLonger, newShorter);
        return canvas.Width == width && canvas.Height == height ? canvas : Canvas.Of(Resampler.Resize(canvas, Math.Max(1, width), Math.Max(1, height), Interpolation));
    }
}
