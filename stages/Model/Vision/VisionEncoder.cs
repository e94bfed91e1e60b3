using Llava.Model.Configuration;
using Llava.Model.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Vision;

/// <summary>The level that the checkpoint's keys have between the tower and its blocks.</summary>
sealed class VisionEncoder : Module
{
    public readonly VisionBlocks transformer_encoder;

    public VisionEncoder(VisionModelConfig config, Placement placement) : base(nameof(VisionEncoder))
    {
        transformer_encoder = new(config, placement);
        RegisterComponents();
    }
}

/// <summary>The blocks, and the final norm that the features of a block never pass.</summary>
sealed class VisionBlocks : Module
{
    public readonly ModuleList<VisionBlock> layers;
    public readonly LayerNormalization? norm;

    public VisionBlocks(VisionModelConfig config, Placement placement) : base(nameof(VisionBlocks))
    {
        layers = new([.. Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new VisionBlock(config, placement))]);
        norm = config.UseFinalLayerNorm ? new(config.HiddenSize, config.LayerNormEpsilon, placement) : null;
        RegisterComponents();
    }

    // B pictures, T tokens, D hidden size.
    public Tensor Forward(Tensor h_BTD, int blockCount)
    {
        using var scope = NewDisposeScope();
        foreach (var block in layers.Take(blockCount))
            h_BTD = block.Forward(h_BTD);
        return scope.MoveToOuter(h_BTD);
    }
}
