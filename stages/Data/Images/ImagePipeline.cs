using System.Globalization;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Images;

/// <summary>
/// Picture files to the model's input: the <c>transforms</c> of ModelZoo's yaml, with Pillow 9.4's pixels and torchvision's
/// floats, to the bit. Results are (3, height, width). Thread-safe.
/// </summary>
public sealed class ImagePipeline
{
    const int ByteValues = 256;

    readonly PictureTransform[] _pictureTransforms;
    readonly long _maximumPixels;

    // A result is a function of channel and byte: 3 x 256 values, computed once.
    readonly float[] _singles = new float[RgbImage.Channels * ByteValues];
    readonly Half[] _halves = new Half[RgbImage.Channels * ByteValues];
    readonly Lazy<RgbImage> _blank;

    /// <param name="transforms">Steps on pictures, then one <see cref="ToTensor"/>, then any <see cref="Normalize"/>.</param>
    /// <param name="height">Pixels that every result must have.</param>
    /// <param name="width">Pixels that every result must have.</param>
    public ImagePipeline(IReadOnlyList<ImageTransform> transforms, int height, int width, long maximumPixels = ImageDecoder.DefaultMaximumPixels)
    {
        if (TransformOrder.Problem(transforms) is { } problem)
            throw new ArgumentException(problem, nameof(transforms));
        (Height, Width, _maximumPixels) = (height, width, maximumPixels);
        _pictureTransforms = [.. transforms.OfType<PictureTransform>()];
        FillTables([.. transforms.OfType<Normalize>()]);
        _blank = new(() => Transform(Black(), "the blank picture"));
    }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Numbers in a result: 3 * height * width.</summary>
    public int ValueCount => RgbImage.Channels * Height * Width;

    /// <exception cref="DiagnosticException">The file cannot be decoded, or does not end up with the right size; names it.</exception>
    public void Load(string path, Span<Half> output)
    {
        using var picture = LoadPicture(path);
        WriteValues(picture, output);
    }

    /// <inheritdoc cref="Load(string,Span{Half})"/>
    public void Load(string path, Span<float> output)
    {
        using var picture = LoadPicture(path);
        WriteValues(picture, output);
    }

    /// <summary>What text-only samples get in place of a picture: a black one, transformed.</summary>
    public void Blank(Span<Half> output) => WriteValues(_blank.Value, output);

    /// <inheritdoc cref="Blank(Span{Half})"/>
    public void Blank(Span<float> output) => WriteValues(_blank.Value, output);

    /// <summary>The picture before <see cref="ToTensor"/>; the caller's to dispose.</summary>
    public RgbImage LoadPicture(string path) => Transform(ImageDecoder.Decode(path, _maximumPixels), path);

    /// <inheritdoc cref="LoadPicture(string)"/>
    /// <param name="image">Disposed here.</param>
    /// <param name="name">What an error calls it.</param>
    public RgbImage Transform(RgbImage image, string name)
    {
        var canvas = Canvas.Of(image);
        foreach (var transform in _pictureTransforms)
            canvas = Replace(canvas, transform.Apply(canvas));
        if (canvas.IsPadded)
            canvas = Replace(canvas, Canvas.Of(canvas.Crop(0, 0, canvas.Width, canvas.Height)));
        if (canvas.Width == Width && canvas.Height == Height)
            return canvas.Image;
        canvas.Image.Dispose();
        throw ErrorCatalog.ImageWrongShape.Fails(name, string.Create(CultureInfo.InvariantCulture, $"{canvas.Width} x {canvas.Height} pixels after all transforms, not {Width} x {Height}"));
    }

    /// <param name="picture">Of this pipeline's height and width.</param>
    /// <param name="output"><see cref="ValueCount"/> numbers.</param>
    public void WriteValues(RgbImage picture, Span<Half> output) => Planes.Write(picture, _halves, output[..ValueCount]);

    /// <inheritdoc cref="WriteValues(RgbImage,Span{Half})"/>
    public void WriteValues(RgbImage picture, Span<float> output) => Planes.Write(picture, _singles, output[..ValueCount]);

    static Canvas Replace(Canvas old, Canvas @new)
    {
        if (old.Image != @new.Image)
            old.Image.Dispose();
        return @new;
    }

    RgbImage Black()
    {
        var image = new RgbImage(Width, Height);
        image.Fill(RgbColour.Black);
        return image;
    }

    void FillTables(Normalize[] steps)
    {
        for (var i = 0; i < _singles.Length; i++)
        {
            _singles[i] = steps.Aggregate(i % ByteValues / 255f, (value, step) => step.Apply(value, i / ByteValues));
            _halves[i] = (Half)_singles[i];
        }
    }
}
