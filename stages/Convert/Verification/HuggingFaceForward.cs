using Llava.Model.Mapping;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Llava.Conversion.Verification;

/// <summary>
/// LLaVA as transformers computes it, from transformers' names and layouts: class token first, halves of a head rotated against each
/// other. Shares no code with <c>Llava.Model</c>'s forward nor with the conversion's table, so that their agreement proves something.
/// One layer is in memory at a time; float32, written for clarity.
/// </summary>
sealed class HuggingFaceForward(HuggingFaceWeights weights, ClipVisionConfig vision, LlavaTextConfig text)
{
    // B rows, C channels, Y height, X width, T tokens of a picture, S positions, H heads, K size of a head, D hidden size, V vocabulary.
    /// <param name="imageStart">The position of the first patch.</param>
    /// <returns>B x S x V.</returns>
    public Tensor Logits(Tensor image_BCYX, Tensor ids_BS, int imageStart, CancellationToken cancellation)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var patches_BPD = Project(ImageFeatures(image_BCYX, cancellation));
        var h_BSD = Scoped(() => weights.Language("embed_tokens.weight").index_select(0, ids_BS.flatten()).view(ids_BS.shape[0], ids_BS.shape[1], -1));
        var end = imageStart + patches_BPD.shape[1];
        h_BSD = cat([h_BSD.narrow(1, 0, imageStart), patches_BPD, h_BSD.narrow(1, end, h_BSD.shape[1] - end)], 1);
        var (cosine_SK, sine_SK) = Rotations(h_BSD.shape[1]);
        for (var layer = 0; layer < text.NumHiddenLayers; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (name, input_BSD) = (FormattableString.Invariant($"layers.{layer}."), h_BSD);
            h_BSD = Scoped(() => DecoderLayer(input_BSD, name, cosine_SK, sine_SK));
        }
        return scope.MoveToOuter(linear(Normalized(h_BSD, "norm.weight"), weights.Head()));
    }

    Tensor ImageFeatures(Tensor image_BCYX, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var h_BTD = Scoped(() => ImageEmbeddings(image_BCYX));
        var layers = text.MmVisionSelectLayer < 0 ? vision.NumHiddenLayers + 1 + text.MmVisionSelectLayer : text.MmVisionSelectLayer;
        for (var layer = 0; layer < layers; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (name, input_BTD) = (FormattableString.Invariant($"encoder.layers.{layer}."), h_BTD);
            h_BTD = Scoped(() => EncoderLayer(input_BTD, name));
        }
        return scope.MoveToOuter(text.MmVisionSelectFeature == "patch" ? h_BTD.narrow(1, 1, h_BTD.shape[1] - 1) : h_BTD.alias());
    }

    Tensor ImageEmbeddings(Tensor image_BCYX)
    {
        var patches_BTD = conv2d(image_BCYX, weights.Vision("embeddings.patch_embedding.weight"), strides: [vision.PatchSize, vision.PatchSize]).flatten(2).transpose(1, 2);
        var class_B1D = weights.Vision("embeddings.class_embedding").view(1, 1, -1).expand(image_BCYX.shape[0], 1, -1);
        var tokens_BTD = cat([class_B1D, patches_BTD], 1).add(weights.Vision("embeddings.position_embedding.weight"));
        return LayerNormalized(tokens_BTD, "pre_layrnorm");
    }

    Tensor EncoderLayer(Tensor h_BTD, string name)
    {
        var normed_BTD = LayerNormalized(h_BTD, name + "layer_norm1");
        Tensor Heads(string part) => SplitHeads(Affine(normed_BTD, $"{name}self_attn.{part}_proj"), vision.NumAttentionHeads);
        var attended_BTD = MergeHeads(Attend(Heads("q"), Heads("k"), Heads("v"), causal: false));
        h_BTD = h_BTD.add(Affine(attended_BTD, name + "self_attn.out_proj"));
        var wide = Affine(LayerNormalized(h_BTD, name + "layer_norm2"), name + "mlp.fc1");
        using Scalar steepness = 1.702;
        var active = vision.HiddenAct == "quick_gelu" ? wide.mul(wide.mul(steepness).sigmoid()) : gelu(wide);
        return h_BTD.add(Affine(active, name + "mlp.fc2"));
    }

    Tensor Project(Tensor features_BPW)
    {
        using var scope = NewDisposeScope();
        var layers = ConfigMapping.ProjectorLayers(text) ?? 2;
        var h = features_BPW.alias();
        for (var layer = 0; layer < layers; layer++)
            h = linear(layer == 0 ? h : gelu(h), weights.Projector(layer, "weight"), weights.Projector(layer, "bias"));
        return scope.MoveToOuter(h);
    }

    Tensor DecoderLayer(Tensor h_BSD, string name, Tensor cosine_SK, Tensor sine_SK)
    {
        var normed_BSD = Normalized(h_BSD, name + "input_layernorm.weight");
        var groups = text.NumKeyValueHeads ?? text.NumAttentionHeads;
        Tensor Heads(string part, int count) => SplitHeads(linear(normed_BSD, weights.Language($"{name}self_attn.{part}_proj.weight")), count);
        var query_BHSK = Rotated(Heads("q", text.NumAttentionHeads), cosine_SK, sine_SK);
        var key_BHSK = Rotated(Heads("k", groups), cosine_SK, sine_SK).repeat_interleave(text.NumAttentionHeads / groups, 1);
        var value_BHSK = Heads("v", groups).repeat_interleave(text.NumAttentionHeads / groups, 1);
        var attended_BSD = MergeHeads(Attend(query_BHSK, key_BHSK, value_BHSK, causal: true));
        h_BSD = h_BSD.add(linear(attended_BSD, weights.Language(name + "self_attn.o_proj.weight")));
        var inner_BSD = Normalized(h_BSD, name + "post_attention_layernorm.weight");
        var wide = silu(linear(inner_BSD, weights.Language(name + "mlp.gate_proj.weight"))).mul(linear(inner_BSD, weights.Language(name + "mlp.up_proj.weight")));
        return h_BSD.add(linear(wide, weights.Language(name + "mlp.down_proj.weight")));
    }

    (Tensor Cosine, Tensor Sine) Rotations(long positions)
    {
        var size = text.HiddenSize / text.NumAttentionHeads;
        using Scalar theta = text.RopeTheta ?? 10000, width = size, factor = ConfigMapping.ScalingFactor(text) ?? 1;
        var frequencies = full(1, theta, dtype: ScalarType.Float32).pow(arange(0, size, 2, dtype: ScalarType.Float32).div(width)).reciprocal();
        var angles = outer(arange(positions, dtype: ScalarType.Float32).div(factor), frequencies);
        var both = cat([angles, angles], 1);
        return (both.cos(), both.sin());
    }

    // The first half of a head is turned against the second.
    static Tensor Rotated(Tensor x_BHSK, Tensor cosine_SK, Tensor sine_SK)
    {
        var half = x_BHSK.shape[3] / 2;
        var turned = cat([x_BHSK.narrow(3, half, half).neg(), x_BHSK.narrow(3, 0, half)], 3);
        return x_BHSK.mul(cosine_SK).add(turned.mul(sine_SK));
    }

    static Tensor Attend(Tensor query_BHSK, Tensor key_BHSK, Tensor value_BHSK, bool causal)
    {
        using Scalar scale = 1 / Math.Sqrt(query_BHSK.shape[3]), endless = double.NegativeInfinity;
        var scores_BHSS = query_BHSK.matmul(key_BHSK.transpose(2, 3)).mul(scale);
        if (causal)
            scores_BHSS = scores_BHSS.add(full([query_BHSK.shape[2], query_BHSK.shape[2]], endless, ScalarType.Float32).triu(1));
        return scores_BHSS.softmax(-1).matmul(value_BHSK);
    }

    static Tensor SplitHeads(Tensor x_BSD, int heads) => x_BSD.view(x_BSD.shape[0], x_BSD.shape[1], heads, -1).transpose(1, 2);

    static Tensor MergeHeads(Tensor x_BHSK) => x_BHSK.transpose(1, 2).flatten(2);

    Tensor Affine(Tensor x, string name) => linear(x, weights.Vision(name + ".weight"), weights.Vision(name + ".bias"));

    Tensor LayerNormalized(Tensor x, string name) => layer_norm(x, [vision.HiddenSize], weights.Vision(name + ".weight"), weights.Vision(name + ".bias"), vision.LayerNormEps);

    Tensor Normalized(Tensor x, string name)
    {
        using Scalar epsilon = text.RmsNormEps;
        return x.mul(x.square().mean([-1], keepdim: true).add(epsilon).rsqrt()).mul(weights.Language(name));
    }

    static Tensor Scoped(Func<Tensor> forward)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(forward());
    }
}
