using CsCheck;
using Llava.Data.Images;
using Llava.Tests;

namespace Llava.Data.Tests.Images;

public class ResamplerTests
{
    [Theory]
    [InlineData(Interpolation.Nearest)]
    [InlineData(Interpolation.Box)]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Hamming)]
    [InlineData(Interpolation.Bicubic)]
    [InlineData(Interpolation.Lanczos)]
    public void Every_filter_gives_the_pixels_that_Pillow_gives(Interpolation interpolation)
    {
        var folder = GoldenData.Require("image_resize");
        using var source = ImageDecoder.Decode(Path.Combine(folder, "source.png"));
        var files = Directory.GetFiles(folder, $"{interpolation.ToString().ToLowerInvariant()}_*.png");
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            using var expected = ImageDecoder.Decode(file);
            using var actual = Resampler.Resize(Canvas.Of(source), expected.Width, expected.Height, interpolation);
            Assert.Equal(expected.Pixels, actual.Pixels);
        });
    }

    [Fact]
    public void Vectors_and_plain_loops_give_the_same_bits() =>
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[0, 1000], Gen.Enum<Interpolation>())
            .Sample(
                (width, height, newWidth, newHeight, seed, interpolation) =>
                {
                    using var image = Noise(width, height, seed);
                    using var vectors = Resampler.Resize(Canvas.Of(image), newWidth, newHeight, interpolation, useVectors: true);
                    using var loops = Resampler.Resize(Canvas.Of(image), newWidth, newHeight, interpolation, useVectors: false);
                    return vectors.Pixels.SequenceEqual(loops.Pixels);
                },
                iter: 300, threads: 2);

    [Fact]
    public void Padding_that_is_only_described_gives_the_same_bits_as_real_padding() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60]).Sample(
            (width, height, size) =>
            {
                using var image = Noise(width, height, seed: 1);
                var canvas = new ExpandToSquare(new RgbColour(122, 116, 104)).Apply(Canvas.Of(image));
                using var padded = canvas.Crop(0, 0, canvas.Width, canvas.Height);
                using var described = Resampler.Resize(canvas, size, size, Interpolation.Bicubic);
                using var real = Resampler.Resize(Canvas.Of(padded), size, size, Interpolation.Bicubic);
                return described.Pixels.SequenceEqual(real.Pixels);
            },
            iter: 200, threads: 2);

    static RgbImage Noise(int width, int height, int seed)
    {
        var image = new RgbImage(width, height);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }
}
