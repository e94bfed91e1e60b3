using System.Globalization;
using Llava.Data.Images;
using Llava.Tests;

namespace Llava.Golden.Tests.Images;

/// <summary>Pictures as Pillow 9.4 and torchvision made them.</summary>
public sealed class PictureTests
{
    const string Part = "images";

    [Fact]
    public void Every_decoded_picture_equals_the_reference() => Compare("pictures decoded", "*.rgb.png", (source, expectedPath) =>
    {
        using var expected = ImageDecoder.Decode(expectedPath);
        using var actual = ImageDecoder.Decode(source);
        AssertSame(expected, actual);
    });

    [Fact]
    public void Every_transformed_picture_equals_the_reference() => Compare("pictures in bytes", "*.u8.png", (source, expectedPath) =>
    {
        using var expected = ImageDecoder.Decode(expectedPath);
        using var actual = Clip(SizeOf(expectedPath)).LoadPicture(source);
        AssertSame(expected, actual);
    });

    [Fact]
    public void Every_float_equals_the_reference() => Compare("pictures in floats", "*.npy", (source, expectedPath) =>
    {
        var pipeline = Clip(SizeOf(expectedPath));
        var actual = new float[pipeline.ValueCount];
        pipeline.Load(source, actual);
        AssertSame<float>(NumpyArchive.ReadArray(expectedPath).Floats(), actual);
    });

    [Fact]
    public void Every_half_equals_the_reference() => Compare("pictures in halves", "*.npz", (source, expectedPath) =>
    {
        var pipeline = Clip(SizeOf(expectedPath));
        var actual = new Half[pipeline.ValueCount];
        pipeline.Load(source, actual);
        AssertSame<float>(NumpyArchive.Open(expectedPath)["x"].Floats(), [.. actual.Select(value => (float)value)]);
    });

    /// <param name="compare">Gets the picture's path and that of the expected file.</param>
    static void Compare(string what, string pattern, Action<string, string> compare)
    {
        var folder = GoldenSet.Require(Part);
        var sources = GoldenSet.Files($"{Part}/images", "*").ToDictionary(name => Path.GetFileNameWithoutExtension(name), name => Path.Combine(folder, "images", name));
        Comparison.Each(Part, what, GoldenSet.Files(Part, pattern), name =>
        {
            // img.336.u8.png belongs to img.jpg; the name of a picture may hold dots itself.
            var stem = sources.Keys.Where(stem => name.StartsWith($"{stem}.", StringComparison.Ordinal)).MaxBy(stem => stem.Length);
            compare(sources[stem ?? throw new FileNotFoundException($"there is no picture for {name}")], Path.Combine(folder, name));
            return 1;
        });
    }

    /// <summary>The number in <c>img.336.u8.png</c>.</summary>
    static int SizeOf(string path) => Path.GetFileName(path).Split('.').Reverse()
        .Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out var size) ? size : 0).First(size => size > 0);

    /// <summary>The transforms of LLaVA-1.5's yaml, at another size.</summary>
    static ImagePipeline Clip(int size) => new(
        [
            new ExpandToSquare(new RgbColour(122, 116, 104)),
            new ResizeShorterEdge(size, Interpolation.Bicubic),
            new CenterCrop(size, size),
            new ToTensor(),
            new Normalize([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]),
        ],
        size, size);

    static void AssertSame(RgbImage expected, RgbImage actual)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        AssertSame<byte>(expected.Pixels, actual.Pixels);
    }

    static void AssertSame<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual) where T : IEquatable<T>
    {
        var common = expected.CommonPrefixLength(actual);
        if (common != expected.Length || common != actual.Length)
            Assert.Fail($"value {common} is {actual[common]}, not {expected[common]}");
    }
}
