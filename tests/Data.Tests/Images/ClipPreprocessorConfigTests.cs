using Llava.Contracts.Diagnostics;
using Llava.Data.Images;

namespace Llava.Data.Tests.Images;

public class ClipPreprocessorConfigTests
{
    const string Channels = "\"image_mean\": [0.48145466, 0.4578275, 0.40821073], \"image_std\": [0.26862954, 0.26130258, 0.27577711]";

    [Theory]
    [InlineData("""{"crop_size": 336, "size": 336, "resample": 3, "do_resize": true, """)]
    [InlineData("""{"crop_size": {"height": 336, "width": 336}, "size": {"shortest_edge": 336}, "resample": 3, "do_rescale": true, """)]
    public void Both_forms_give_the_pipeline_of_the_training_yaml(string start)
    {
        var config = Load(start + Channels + "}");
        Assert.Equal(new ResizeShorterEdge(336, Interpolation.Bicubic), config.Resize);
        Assert.Equal(new CenterCrop(336, 336), config.Crop);
        Assert.Equal(new ExpandToSquare(new RgbColour(122, 116, 104)), ExpandToSquare.WithMean(config.Mean));
        Assert.Equal(3 * 336 * 336, config.CreateImagePipeline(padsToSquare: true).ValueCount);
    }

    [Theory]
    [InlineData("{}", "LLAVA3308")]
    [InlineData("no json", "LLAVA3308")]
    [InlineData("""{"size": 336, "crop_size": 336, "image_mean": [1], "image_std": [1]}""", "LLAVA3308")]
    [InlineData("""{"size": 336, "do_center_crop": false}""", "LLAVA3308")]
    public void What_cannot_be_used_is_a_coded_error(string json, string code) =>
        Assert.Equal(code, Assert.Single(Assert.Throws<DiagnosticException>(() => Load(json)).Diagnostics).Code.Id);

    static ClipPreprocessorConfig Load(string json)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            return ClipPreprocessorConfig.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
