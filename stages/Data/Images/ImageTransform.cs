namespace Llava.Data.Images;

/// <summary>A step of the <c>transforms</c> list, with torchvision 0.12's meaning (ModelZoo's <c>data/vision/transforms.py</c>).</summary>
public abstract record ImageTransform;

/// <summary>A step on 8-bit pictures; these come before <see cref="ToTensor"/>.</summary>
public abstract record PictureTransform : ImageTransform
{
    /// <summary>Height and width of every result, where they do not depend on the picture.</summary>
    public virtual (int Height, int Width)? FixedSize => null;

    /// <returns>On the same picture or on a new one, which is then the caller's to dispose.</returns>
    internal abstract Canvas Apply(Canvas canvas);
}

/// <summary>Bytes to numbers from 0 to 1, (3, height, width).</summary>
public sealed record ToTensor : ImageTransform;

/// <summary>(value - mean) / deviation for each of the three channels, in float32.</summary>
public sealed record Normalize(IReadOnlyList<double> Mean, IReadOnlyList<double> StandardDeviation) : ImageTransform
{
    internal float Apply(float value, int channel) => (value - (float)Mean[channel]) / (float)StandardDeviation[channel];
}
