using Llava.Contracts.Diagnostics;
using Llava.Data.Images;

namespace Llava.Data.Tests.Images;

public class ImagePipelineTests
{
    [Fact]
    public void A_blank_picture_is_black_and_normalised()
    {
        var pipeline = Pipelines.Clip(4);
        var values = new float[pipeline.ValueCount];
        pipeline.Blank(values);
        for (var i = 0; i < values.Length; i++)
            Assert.Equal((0f - (float)Pipelines.Mean[i / 16]) / (float)Pipelines.Deviation[i / 16], values[i]);
    }

    [Theory]
    [InlineData(10, 6, 5, 8, 5)] // 8.33 is cut, not rounded
    [InlineData(6, 10, 5, 5, 8)]
    [InlineData(7, 7, 14, 14, 14)]
    [InlineData(1, 1000, 2, 2, 2000)]
    public void Resize_to_one_number_sets_the_shorter_edge(int width, int height, int size, int newWidth, int newHeight)
    {
        using var image = Black(width, height);
        var result = new ResizeShorterEdge(size, Interpolation.Bicubic).Apply(Canvas.Of(image));
        Assert.Equal((newWidth, newHeight), (result.Width, result.Height));
    }

    [Fact]
    public void Max_size_bounds_the_longer_edge()
    {
        using var image = Black(100, 20);
        var result = new ResizeShorterEdge(10, Interpolation.Bicubic, MaximumLongerEdge: 30).Apply(Canvas.Of(image));
        Assert.Equal((30, 6), (result.Width, result.Height));
    }

    [Theory]
    [InlineData(5, 2, 2)] // 1.5 -> 2
    [InlineData(7, 2, 2)] // 2.5 -> 2
    [InlineData(6, 2, 2)]
    public void Center_crop_rounds_halves_to_even(int width, int cropWidth, byte firstColumn)
    {
        using var image = new RgbImage(width, 1);
        for (var x = 0; x < width; x++)
            image.Row(0).Slice(3 * x, 3).Fill((byte)x);
        Assert.Equal(firstColumn, new CenterCrop(1, cropWidth).Apply(Canvas.Of(image)).Image.Pixels[0]);
    }

    [Fact]
    public void Center_crop_pads_what_is_too_small_with_black()
    {
        using var image = new RgbImage(1, 1);
        image.Pixels.Fill(9);
        var result = new CenterCrop(2, 4).Apply(Canvas.Of(image)).Image;
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], result.Row(1).ToArray());
        Assert.Equal([0, 0, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0], result.Row(0).ToArray());
    }

    [Fact]
    public void A_picture_of_the_wrong_final_size_is_named()
    {
        var pipeline = new ImagePipeline([new ResizeShorterEdge(4, Interpolation.Bicubic), new ToTensor()], 4, 4);
        var error = Assert.Throws<DiagnosticException>(() => pipeline.Transform(Black(8, 4), "wide.png"));
        Assert.Equal("wide.png: error LLAVA3307: 8 x 4 pixels after all transforms, not 4 x 4", Assert.Single(error.Diagnostics).ToString());
    }

    static RgbImage Black(int width, int height)
    {
        var image = new RgbImage(width, height);
        image.Fill(RgbColour.Black);
        return image;
    }
}
