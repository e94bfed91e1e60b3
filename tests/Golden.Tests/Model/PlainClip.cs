using System.Globalization;
using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;
using static TorchSharp.torch;

namespace Llava.Golden.Tests.Model;

/// <summary>
/// CLIP's vision transformer written down once more from its paper and transformers' names of its weights, in float64, with a softmax of its own, and
/// nothing of the product's model or mapping: all its <c>hidden_states</c>.
/// </summary>
sealed class PlainClip(ICheckpointReader weights, ClipVisionConfig config)
{
    /// <param name="image_BCYX">Normalised.</param>
    /// <returns><c>hidden_states[k]</c>: the embeddings, then each layer's output; B x (1 + patches) x D.</returns>
    public IReadOnlyList<Tensor> HiddenStates(Tensor image_BCYX)
    {
        List<Tensor> states = [Embed(image_BCYX.to(ScalarType.Float64))];
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
            states.Add(Block(states[^1], string.Create(CultureInfo.InvariantCulture, $"encoder.layers.{layer}.")));
        return states;
    }

    Tensor Embed(Tensor image)
    {
        var patches = nn.functional.conv2d(image, Weight("embeddings.patch_embedding.weight"), strides: [config.PatchSize, config.PatchSize]).flatten(2).transpose(1, 2);
        var classes = Weight("embeddings.class_embedding").expand(image.shape[0], 1, -1);
        return Norm(cat([classes, patches], 1) + Weight("embeddings.position_embedding.weight"), "pre_layrnorm");
    }

    Tensor Block(Tensor h, string layer)
    {
        var attended = h + Attend(Norm(h, layer + "layer_norm1"), layer + "self_attn.");
        var inner = Linear(Norm(attended, layer + "layer_norm2"), layer + "mlp.fc1");
        return attended + Linear(inner * (1.702 * inner).sigmoid(), layer + "mlp.fc2");
    }

    Tensor Attend(Tensor x, string attention)
    {
        var size = config.HiddenSize / config.NumAttentionHeads;
        List<Tensor> heads = [];
        for (var head = 0; head < config.NumAttentionHeads; head++)
        {
            var (q, k, v) = (Part("q_proj"), Part("k_proj"), Part("v_proj"));
            var scores = (q.matmul(k.transpose(1, 2)) / Math.Sqrt(size)).exp();
            heads.Add((scores / scores.sum([-1], keepdim: true)).matmul(v));

            Tensor Part(string name) => Linear(x, attention + name).narrow(2, head * size, size);
        }
        return Linear(cat([.. heads], 2), attention + "out_proj");
    }

    Tensor Linear(Tensor x, string name) => x.matmul(Weight(name + ".weight").t()) + Weight(name + ".bias");

    Tensor Norm(Tensor x, string name)
    {
        var centred = x - x.mean([-1], keepdim: true);
        return centred / (centred.square().mean([-1], keepdim: true) + config.LayerNormEps).sqrt() * Weight(name + ".weight") + Weight(name + ".bias");
    }

    Tensor Weight(string name) => weights.ReadTensor("vision_model." + name).to(ScalarType.Float64);
}
