namespace Llava.Data.Images;

/// <summary>The middle of a picture; one that is too small is padded with black first.</summary>
public sealed record CenterCrop(int Height, int Width) : PictureTransform
{
    public override (int Height, int Width)? FixedSize => (Height, Width);

    internal override Canvas Apply(Canvas canvas)
    {
        if (canvas.Width == Width && canvas.Height == Height)
            return canvas;
        if (canvas.Width >= Width && canvas.Height >= Height)
            return Canvas.Of(canvas.Crop(Offset(canvas.Width, Width), Offset(canvas.Height, Height), Width, Height));
        var picture = canvas.IsPadded ? canvas.Crop(0, 0, canvas.Width, canvas.Height) : canvas.Image;
        var padded = new Canvas(
            picture, Math.Max(Width, picture.Width), Math.Max(Height, picture.Height),
            Math.Max(0, (Width - picture.Width) / 2), Math.Max(0, (Height - picture.Height) / 2), RgbColour.Black);
        var result = padded.Crop(Offset(padded.Width, Width), Offset(padded.Height, Height), Width, Height);
        if (picture != canvas.Image)
            picture.Dispose();
        return Canvas.Of(result);
    }

    // torchvision rounds halves to even, as Python does.
    static int Offset(int size, int cropSize) => (int)Math.Round((size - cropSize) / 2.0, MidpointRounding.ToEven);
}
