using Llava.Data.Images;
using NetVips;

namespace Llava.Data.Tests.Images;

public class PngWriterTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(56, 56)]
    public void A_written_picture_reads_back_with_the_same_pixels(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        new Random(5).NextBytes(rgb);
        var png = Write(width, height, rgb);

        using var image = Image.PngloadBuffer(png, failOn: Enums.FailOn.Warning);
        Assert.Equal((width, height, 3), (image.Width, image.Height, image.Bands));
        Assert.Equal(rgb, image.WriteToMemory<byte>());
    }

    [Fact]
    public void The_same_pixels_give_the_same_bytes() => Assert.Equal(Write(2, 2, new byte[12]), Write(2, 2, new byte[12]));

    [Fact]
    public void Too_few_bytes_are_refused() =>
        Assert.StartsWith("2 x 2 pixels need 12 bytes, not 11", Assert.Throws<ArgumentException>(() => Write(2, 2, new byte[11])).Message);

    static byte[] Write(int width, int height, byte[] rgb)
    {
        using var output = new MemoryStream();
        PngWriter.Write(output, width, height, rgb);
        return output.ToArray();
    }
}
