using Llava.Contracts.Configuration;
using Llava.Model.Configuration;
using Llava.Model.Mapping;
using Llava.Model.Tests.Checkpoints;
using Llava.Model.Tests.Mapping;
using Llava.Tests;
using static TorchSharp.torch;

namespace Llava.Model.Tests;

/// <summary>The tiny models that the golden outputs were made with.</summary>
static class GoldenModel
{
    /// <param name="root">Empty, or <c>small/</c> for the pair with grouped queries.</param>
    public static LlavaModel Load(string root, int imageStart)
    {
        TorchRuntime.UseDefault();
        using var folder = new ScratchFolder();
        using var checkpoint = LlavaCheckpoint.Open(GoldenPair.WithProjector(root, folder));
        var model = LlavaModel.Create(Config(root, imageStart), CPU, ScalarType.Float32);
        model.Load(checkpoint.Tensors);
        return model;
    }

    public static LlavaModelConfig Config(string root, int imageStart) =>
        ConfigReader.Read<YamlWithModel>(ConfigDocument.Load(GoldenData.Require($"{root}convert/cs_config_tiny.yaml"), [$"model.image_start_idx={imageStart}"])).Model;

    public static Tensor ToTensor(this NumpyArray array) => array.Type[1] == 'f'
        ? tensor(array.Floats()).reshape(array.Shape)
        : tensor(array.Integers()).reshape(array.Shape);

    public static double LargestDifference(Tensor actual, NumpyArray expected)
    {
        Assert.Equal(expected.Shape, actual.shape);
        return actual.sub(expected.ToTensor()).abs().max().item<float>();
    }

    internal sealed record YamlWithModel
    {
        public required LlavaModelConfig Model { get; init; }
    }
}
