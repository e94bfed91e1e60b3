using Llava.Model.Configuration;
using Llava.Model.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Vision;

/// <summary>CLIP's vision transformer (Radford et al. 2021) up to the block whose output LLaVA takes.</summary>
sealed class VisionTower : Module
{
    public readonly VisionEmbedding embedding_layer;
    public readonly VisionEncoder encoder;

    public VisionTower(VisionModelConfig config, Placement placement) : base(nameof(VisionTower))
    {
        embedding_layer = new(config, placement);
        encoder = new(config, placement);
        RegisterComponents();
    }

    /// <param name="image_BCYX">Normalised pictures.</param>
    /// <returns>B x (1 + patches) x D; the class token is first.</returns>
    public Tensor Forward(Tensor image_BCYX, int blockCount)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(encoder.transformer_encoder.Forward(embedding_layer.Forward(image_BCYX), blockCount));
    }
}
