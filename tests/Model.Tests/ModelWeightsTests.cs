using Llava.Contracts.Diagnostics;
using Llava.Tests;
using static TorchSharp.torch;

namespace Llava.Model.Tests;

public sealed class ModelWeightsTests
{
    [Fact]
    public void Parameters_have_the_keys_of_the_checkpoint_and_come_in_its_order()
    {
        using var model = GoldenModel.Load("small/", imageStart: 1);
        string[] names = [.. model.named_parameters().Select(entry => entry.name)];
        Assert.Equal(105, names.Length);
        Assert.Equal("image_model.embedding_layer.cls_embedding", names[0]);
        Assert.Equal(
            ["text_model.embedding_layer.word_embeddings.weight", "text_model.ln_f.weight", "text_model.transformer_decoder.layers.0.self_attn.proj_q_dense_layer.weight"],
            names.Where(name => name.StartsWith("text_model", StringComparison.Ordinal)).Take(3));
        Assert.Contains("text_model.transformer_decoder.norm.weight", model.StateTensors().Select(entry => entry.Name));
    }

    [Fact]
    public void Every_tensor_that_does_not_fit_is_named()
    {
        using var scope = NewDisposeScope();
        using var model = GoldenModel.Load("small/", imageStart: 1);
        var tensors = model.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor);
        tensors.Remove("text_model.lm_head.weight");
        tensors["text_model.lm_head.wieght"] = zeros(1);
        tensors["projector_image_model.ffn.0.linear_layer.bias"] = zeros(95);

        var error = Assert.Throws<DiagnosticException>(() => model.Load(tensors));

        Assert.Equal(
            [
                "the checkpoint: error LLAVA4008: text_model.lm_head.wieght is not in this model; the nearest is text_model.lm_head.weight",
                "the checkpoint: error LLAVA4007: text_model.lm_head.weight [1000, 96] is missing",
                "the checkpoint: error LLAVA4009: projector_image_model.ffn.0.linear_layer.bias is [95], but the model's config makes it [96]",
            ],
            error.Diagnostics.Select(diagnostic => diagnostic.ToString()));
    }

    [Fact]
    public void A_frozen_tower_leaves_nothing_for_autograd()
    {
        using var scope = NewDisposeScope();
        using var model = GoldenModel.Load("small/", imageStart: 1);
        foreach (var parameter in model.image_model.parameters())
            parameter.requires_grad = false;
        var batch = NumpyArchive.Open(GoldenData.Require("small/model/batch_phase1.npz"));
        Assert.False(model.ImageFeatures(batch["image_data"].ToTensor()).requires_grad);
    }
}
