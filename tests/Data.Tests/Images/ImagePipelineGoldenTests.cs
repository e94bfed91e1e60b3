using Llava.Data.Images;
using Llava.Tests;

namespace Llava.Data.Tests.Images;

/// <summary>Pictures as Pillow 9.4 and torchvision made them.</summary>
public class ImagePipelineGoldenTests
{
    [Fact]
    public void Every_decoded_picture_equals_the_reference() => ForEach((source, stem) =>
    {
        if (!File.Exists($"{stem}.rgb.png"))
            return false;
        using var expected = ImageDecoder.Decode($"{stem}.rgb.png");
        using var actual = ImageDecoder.Decode(source);
        AssertSamePixels(expected, actual, source);
        return true;
    });

    [Theory]
    [InlineData(56)]
    [InlineData(336)]
    public void Every_transformed_picture_equals_the_reference(int size) => ForEach((source, stem) =>
    {
        using var expected = ImageDecoder.Decode($"{stem}.{size}.u8.png");
        using var actual = Pipelines.Clip(size).LoadPicture(source);
        AssertSamePixels(expected, actual, source);
        return true;
    });

    [Fact]
    public void Every_float_equals_the_reference() => ForEach((source, stem) =>
    {
        var pipeline = Pipelines.Clip(56);
        var actual = new float[pipeline.ValueCount];
        pipeline.Load(source, actual);
        Assert.Equal(NumpyFile.Read<float>($"{stem}.56.npy", "<f4"), actual);
        return true;
    });

    [Fact]
    public void Every_half_equals_the_reference() => ForEach((source, stem) =>
    {
        var pipeline = Pipelines.Clip(336);
        var actual = new Half[pipeline.ValueCount];
        pipeline.Load(source, actual);
        Assert.Equal(NumpyFile.ReadFromArchive<Half>($"{stem}.336.npz", "x", "<f2"), actual);
        return true;
    });

    static void ForEach(Func<string, string, bool> compare)
    {
        var folder = GoldenData.Require("images");
        var compared = Directory.GetFiles(Path.Combine(folder, "images"))
            .Count(source => compare(source, Path.Combine(folder, Path.GetFileNameWithoutExtension(source))));
        Assert.True(compared > 0, "nothing was compared");
        TestContext.Current.TestOutputHelper?.WriteLine($"{compared} pictures compared");
    }

    static void AssertSamePixels(RgbImage expected, RgbImage actual, string source)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.True(expected.Pixels.SequenceEqual(actual.Pixels), $"{source}: first difference at byte {expected.Pixels.CommonPrefixLength(actual.Pixels)}");
    }
}
