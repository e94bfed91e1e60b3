namespace Llava.Data.Images;

/// <summary>Resize to a fixed height and width.</summary>
public sealed record ResizeTo(int Height, int Width, Interpolation Interpolation) : PictureTransform
{
    public override (int Height, int Width)? FixedSize => (Height, Width);

    internal override Canvas Apply(Canvas canvas) =>
        canvas.Width == Width && canvas.Height == Height ? canvas : Canvas.Of(Resampler.Resize(canvas, Width, Height, Interpolation));
}
