using Llava.Contracts.Diagnostics;
using Llava.Data.Images;
using Llava.Tests;

namespace Llava.Data.Tests.Images;

public sealed class JpegReaderTests
{
    const string None = "the system has no libturbojpeg.so.0";

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Where(name => name.EndsWith(".jpg", StringComparison.Ordinal))];

    static string Folder => GoldenData.Require("image_formats/files");

    [Theory]
    [MemberData(nameof(Files))]
    public void Both_decoders_give_the_same_bits(string name)
    {
        Assert.SkipUnless(TurboJpeg.IsPresent, None);
        var file = File.ReadAllBytes(Path.Combine(Folder, name));
        var limit = new PixelLimit(name, ImageDecoder.DefaultMaximumPixels);
        using var fast = JpegReader.ReadFast(file, limit);
        using var vips = VipsReader.Read(file, ImageFormat.Jpeg, limit);
        Assert.Equal(fast is null, name.Contains("cmyk", StringComparison.Ordinal) || name.Contains("ycck", StringComparison.Ordinal));
        if (fast is null)
            return;
        Assert.Equal((vips.Width, vips.Height), (fast.Width, fast.Height));
        Assert.Equal(vips.Pixels, fast.Pixels);
    }

    [Fact]
    public void Pictures_of_every_size_give_the_same_bits()
    {
        Assert.SkipUnless(TurboJpeg.IsPresent, None);
        var random = new Random(3);
        for (var round = 0; round < 60; round++)
        {
            using var noise = new RgbImage(1 + random.Next(70), 1 + random.Next(70));
            random.NextBytes(noise.Pixels);
            using var encoded = new MemoryStream();
            JpegWriter.Write(encoded, noise);
            var file = encoded.ToArray();
            var limit = new PixelLimit("noise.jpg", ImageDecoder.DefaultMaximumPixels);
            using var fast = JpegReader.ReadFast(file, limit);
            using var vips = VipsReader.Read(file, ImageFormat.Jpeg, limit);
            Assert.Equal(vips.Pixels, fast!.Pixels);
        }
    }

    [Fact]
    public void A_file_cut_short_is_left_to_libvips_for_its_words()
    {
        Assert.SkipUnless(TurboJpeg.IsPresent, None);
        var file = File.ReadAllBytes(Path.Combine(Folder, "jpeg444.jpg"));
        Assert.Null(JpegReader.ReadFast(file.AsSpan(0, file.Length * 3 / 4), new PixelLimit("a.jpg", 1000)));
    }

    [Fact]
    public void A_hundred_megapixels_are_refused_before_decoding()
    {
        var file = File.ReadAllBytes(Path.Combine(Folder, "jpeg444.jpg"));
        var frame = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        new byte[] { 0x27, 0x10, 0x27, 0x10 }.CopyTo(file, frame + 5);
        var error = Assert.Throws<DiagnosticException>(() => ImageDecoder.Decode(file, "huge.jpg"));
        Assert.Equal("huge.jpg: error LLAVA3305: 10000 x 10000 pixels are more than the 89478485 allowed", error.Message);
    }
}
