using Llava.Contracts.Diagnostics;
using Llava.Data.Images;
using Llava.Tests;

namespace Llava.Data.Tests.Images;

public class ImageDecoderTests
{
    [Fact]
    public void Every_format_gives_the_pixels_that_Pillow_gives()
    {
        var folder = GoldenData.Require("image_formats");
        var files = Directory.GetFiles(Path.Combine(folder, "files")).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            using var expected = ImageDecoder.Decode(Path.Combine(folder, "expected", Path.GetFileName(file) + ".png"));
            using var actual = ImageDecoder.Decode(file);
            Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
            Assert.Equal(expected.Pixels, actual.Pixels);
        });
    }

    [Fact]
    public void A_missing_file_is_named() => AssertFails("LLAVA3301", "/no/such/picture.png", "there is no such image", () => ImageDecoder.Decode("/no/such/picture.png"));

    [Fact]
    public void An_empty_file_is_named() => AssertFails("LLAVA3302", "a.png", "the image has 0 bytes", () => ImageDecoder.Decode([], "a.png"));

    [Fact]
    public void Something_else_is_named() =>
        AssertFails("LLAVA3306", "a.png", "not a JPEG, PNG, GIF, WebP, TIFF or BMP image", () => ImageDecoder.Decode("<html>"u8, "a.png"));

    [Theory]
    [InlineData("jpeg444.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("gray.png")]
    [InlineData("alpha.png")]
    [InlineData("palette.gif")]
    [InlineData("rgb.bmp")]
    [InlineData("lzw.tif")]
    [InlineData("gray16.tif")]
    public void A_file_that_ends_too_early_is_named(string name)
    {
        var file = Read(name);
        var error = Assert.Throws<DiagnosticException>(() => ImageDecoder.Decode(file.AsSpan(0, file.Length * 3 / 4), name));
        var diagnostic = Assert.Single(error.Diagnostics);
        Assert.Equal(("LLAVA3303", name), (diagnostic.Code.Id, diagnostic.Location!.Path));
    }

    [Fact]
    public void Half_a_webp_is_named()
    {
        var error = Assert.Throws<DiagnosticException>(() => ImageDecoder.Decode(Read("lossy.webp").AsSpan(0, 100), "a.webp"));
        Assert.Equal("a.webp", Assert.Single(error.Diagnostics).Location!.Path);
    }

    [Theory]
    [InlineData("gray.png")]
    [InlineData("palette.gif")]
    [InlineData("jpeg444.jpg")]
    [InlineData("lossless.webp")]
    [InlineData("rgb.bmp")]
    [InlineData("lzw.tif")]
    public void Damage_anywhere_gives_pixels_or_a_coded_error(string name)
    {
        var random = new Random(11);
        for (var round = 0; round < 100; round++)
        {
            var file = Read(name);
            for (var i = 0; i < 4; i++)
                file[random.Next(file.Length)] = (byte)random.Next(256);
            try
            {
                ImageDecoder.Decode(file, name, maximumPixels: 1 << 20).Dispose();
            }
            catch (DiagnosticException error)
            {
                Assert.StartsWith("LLAVA330", Assert.Single(error.Diagnostics).Code.Id, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("gray.png")]
    [InlineData("palette.gif")]
    [InlineData("rgb.bmp")]
    public void Too_many_pixels_are_refused_before_decoding(string name) =>
        AssertFails("LLAVA3305", name, "23 x 14 pixels are more than the 321 allowed", () => ImageDecoder.Decode(Read(name), name, maximumPixels: 321));

    [Fact]
    public void As_many_pixels_as_allowed_are_decoded() => ImageDecoder.Decode(Read("gray.png"), "gray.png", maximumPixels: 322).Dispose();

    static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(GoldenData.Require("image_formats"), "files", name));

    static void AssertFails(string code, string path, string message, Action action)
    {
        var diagnostic = Assert.Single(Assert.Throws<DiagnosticException>(action).Diagnostics);
        Assert.Equal((code, path, message), (diagnostic.Code.Id, diagnostic.Location!.Path, diagnostic.Message));
    }
}
