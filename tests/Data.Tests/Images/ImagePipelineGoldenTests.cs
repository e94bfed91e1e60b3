using Llava.Contracts.Diagnostics;
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
            return null;
        using var expected = ImageDecoder.Decode($"{stem}.rgb.png");
        using var actual = ImageDecoder.Decode(source);
        return Difference(expected, actual);
    });

    [Theory]
    [InlineData(56)]
    [InlineData(336)]
    public void Every_transformed_picture_equals_the_reference(int size) => ForEach((source, stem) =>
    {
        using var expected = ImageDecoder.Decode($"{stem}.{size}.u8.png");
        using var actual = Pipelines.Clip(size).LoadPicture(source);
        return Difference(expected, actual);
    });

    [Fact]
    public void Every_float_equals_the_reference() => ForEach((source, stem) =>
    {
        var pipeline = Pipelines.Clip(56);
        var actual = new float[pipeline.ValueCount];
        pipeline.Load(source, actual);
        return Difference<float>(NumpyFile.Read<float>($"{stem}.56.npy", "<f4"), actual);
    });

    [Fact]
    public void Every_half_equals_the_reference() => ForEach((source, stem) =>
    {
        var pipeline = Pipelines.Clip(336);
        var actual = new Half[pipeline.ValueCount];
        pipeline.Load(source, actual);
        return Difference<Half>(NumpyFile.ReadFromArchive<Half>($"{stem}.336.npz", "x", "<f2"), actual);
    });

    static void ForEach(Func<string, string, string?> difference)
    {
        var folder = GoldenData.Require("images");
        var sources = Directory.GetFiles(Path.Combine(folder, "images")).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.Null(DifferenceOrError(source)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{sources.Length} pictures compared");

        string? DifferenceOrError(string source)
        {
            try
            {
                return difference(source, Path.Combine(folder, Path.GetFileNameWithoutExtension(source)));
            }
            catch (DiagnosticException error)
            {
                return error.Message;
            }
        }
    }

    static string? Difference(RgbImage expected, RgbImage actual) => (expected.Width, expected.Height) != (actual.Width, actual.Height)
        ? $"{actual.Width} x {actual.Height}, not {expected.Width} x {expected.Height}"
        : Difference<byte>(expected.Pixels, actual.Pixels);

    static string? Difference<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual) where T : IEquatable<T>
    {
        var common = expected.CommonPrefixLength(actual);
        return common == expected.Length && common == actual.Length ? null : $"value {common} is {actual[common]}, not {expected[common]}";
    }
}
