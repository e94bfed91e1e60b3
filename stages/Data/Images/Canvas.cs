namespace Llava.Data.Images;

/// <summary>
/// A picture lying at (<paramref name="Left"/>, <paramref name="Top"/>) on a larger area of one colour. Padding is only
/// described, so that the resampler need not filter rows that hold nothing else.
/// </summary>
sealed record Canvas(RgbImage Image, int Width, int Height, int Left, int Top, RgbColour Background)
{
    public static Canvas Of(RgbImage image) => new(image, image.Width, image.Height, 0, 0, RgbColour.Black);

    public bool IsPadded => Width != Image.Width || Height != Image.Height;

    public bool IsBackground(int y) => y < Top || y >= Top + Image.Height;

    /// <param name="row">At least <see cref="Width"/> pixels.</param>
    public void CopyRow(int y, Span<byte> row)
    {
        row = row[..(Width * RgbImage.Channels)];
        var isBackground = IsBackground(y);
        if (isBackground || Width != Image.Width)
            Background.Fill(row);
        if (!isBackground)
            Image.Row(y - Top).CopyTo(row[(Left * RgbImage.Channels)..]);
    }

    /// <summary>A picture of its own, the caller's to dispose: a copy of this area.</summary>
    public RgbImage Crop(int left, int top, int width, int height)
    {
        var result = new RgbImage(width, height);
        var row = new byte[Width * RgbImage.Channels];
        for (var y = 0; y < height; y++)
        {
            CopyRow(top + y, row);
            row.AsSpan(left * RgbImage.Channels, result.BytesPerRow).CopyTo(result.Row(y));
        }
        return result;
    }
}
