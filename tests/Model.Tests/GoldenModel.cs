using Llava.Contracts.Configuration;
using Llava.Model.Checkpoints;
using Llava.Model.Configuration;
using Llava.Tests;
using static TorchSharp.torch;

namespace Llava.Model.Tests;

/// <summary>The tiny model that the golden outputs were made with.</summary>
static class GoldenModel
{
    public static LlavaModel Load(int imageStart)
    {
        TorchRuntime.Use(2);
        var config = Section(GoldenData.Require("convert/cs_config_tiny.yaml"), imageStart);
        var model = LlavaModel.Create(config, CPU, ScalarType.Float32);
        model.Load(Weights());
        return model;
    }

    public static LlavaModelConfig Section(string path, int imageStart) =>
        ConfigReader.Read<YamlWithModel>(ConfigDocument.Load(path, [$"model.image_start_idx={imageStart}"])).Model;

    public static Tensor ToTensor(this NumpyArray array) => array.Type[1] == 'f'
        ? tensor(array.Floats()).reshape(array.Shape)
        : tensor(array.Integers()).reshape(array.Shape);

    public static double LargestDifference(Tensor actual, NumpyArray expected)
    {
        Assert.Equal(expected.Shape, actual.shape);
        return actual.sub(expected.ToTensor()).abs().max().item<float>();
    }

    static Dictionary<string, Tensor> Weights()
    {
        using var converted = CheckpointFolder.Open(GoldenData.Require("model/cs_model_init_without_vocab_tensors.safetensors"));
        using var source = CheckpointFolder.Open(GoldenData.Require("model/hf_in_safetensors/text_model"));
        var weights = converted.Tensors.ToDictionary(tensor => tensor.Name, tensor => converted.ReadTensor(tensor.Name));
        weights["text_model.embedding_layer.word_embeddings.weight"] = source.ReadTensor("model.embed_tokens.weight");
        weights["text_model.lm_head.weight"] = source.ReadTensor("lm_head.weight");
        return weights;
    }

    sealed record YamlWithModel
    {
        public required LlavaModelConfig Model { get; init; }
    }
}
