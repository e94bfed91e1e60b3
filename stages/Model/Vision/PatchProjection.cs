using Llava.Model.Configuration;
using Llava.Model.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Vision;

/// <summary>
/// CLIP's patch convolution: its stride is its kernel's size, so it is one matrix product over the patches laid out as rows.
/// </summary>
sealed class PatchProjection : Module
{
    public readonly Parameter weight;
    public readonly Parameter? bias;
    readonly int _patchHeight, _patchWidth;

    public PatchProjection(VisionModelConfig config, Placement placement) : base(nameof(PatchProjection))
    {
        (_patchHeight, _patchWidth) = (config.PatchSize[0], config.PatchSize[1]);
        weight = placement.NewParameter(config.HiddenSize, config.NumChannels, _patchHeight, _patchWidth);
        bias = config.UseEmbedProjBias ? placement.NewParameter(config.HiddenSize) : null;
        RegisterComponents();
    }

    // B pictures, C channels, Y height, X width, P patches of N = C * height * width numbers, D hidden size.
    public Tensor Forward(Tensor image_BCYX)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = (image_BCYX.shape[2] / _patchHeight, image_BCYX.shape[3] / _patchWidth);
        var patches_BPN = image_BCYX
            .view(image_BCYX.shape[0], image_BCYX.shape[1], rows, _patchHeight, columns, _patchWidth)
            .permute(0, 2, 4, 1, 3, 5)
            .reshape(image_BCYX.shape[0], rows * columns, -1);
        return scope.MoveToOuter(functional.linear(patches_BPN, weight.In(patches_BPN.dtype).flatten(1), bias?.In(patches_BPN.dtype)));
    }
}
