using Llava.Model;
using Llava.Model.Gradients;
using static TorchSharp.torch;

namespace Llava.Train.Memory;

/// <summary>
/// What a micro-batch adds to weights and optimizer. The counts of vectors that a block keeps are those of
/// <c>Model/Text</c>, checked against measured peaks (tests/Benchmarks, <c>training-run</c>).
/// </summary>
sealed class ActivationMemory
{
    // Per position and block: inputs and outputs of norms, projections and attention, each as wide as the model; gate, its
    // activation, up and their product, each as wide as the feed-forward layer; in 16 bits also what norm and rotation keep in float32.
    const int WideVectors = 12, InnerVectors = 4, SingleVectors = 6;

    readonly LlavaModel _model;
    readonly long _rows, _positions, _elementBytes;
    readonly int? _blocksPerSegment;

    public ActivationMemory(LlavaModel model, int rows, int length, int? blocksPerSegment)
    {
        (_model, _rows, _positions, _blocksPerSegment) = (model, rows, (long)rows * length, blocksPerSegment);
        _elementBytes = IsSingle ? sizeof(float) : sizeof(short);
    }

    /// <summary>Trained weights in the number format of what is computed; a segment's alone where blocks are recomputed.</summary>
    public long RoundedWeightBytes => IsSingle ? 0 : _elementBytes * (long)(TrainedIn("projector_") + (TrainedIn("text_model.transformer_decoder.") * (double)LiveBlocks / Blocks));

    /// <summary>Of all blocks, or the inputs of all segments and the inside of one.</summary>
    public long KeptBytes
    {
        get
        {
            var (text, wide) = (_model.Config.TextModel, _elementBytes * _positions * _model.Config.TextModel.HiddenSize);
            var block = (_elementBytes * ((WideVectors * text.HiddenSize) + (InnerVectors * text.FilterSize))) + (IsSingle ? 0L : sizeof(float) * SingleVectors * text.HiddenSize);
            var segments = _blocksPerSegment is { } count ? (Blocks + count - 1) / count : 0;
            return (LiveBlocks * _positions * block) + (segments * wide);
        }
    }

    /// <summary>The larger of the vision tower's and the head's moment, with the largest gradient that is added to another.</summary>
    public long PassingBytes => Math.Max(VisionBytes, HeadBytes + TableGradientBytes);

    bool IsSingle => _model.ElementType == ScalarType.Float32;

    int Blocks => _model.Config.TextModel.NumHiddenLayers;

    int LiveBlocks => Math.Min(Blocks, _blocksPerSegment ?? Blocks);

    long VisionBytes => _elementBytes * _rows * (_model.Config.ImageModel.PatchCount + 1) * ((2L * _model.Config.ImageModel.FilterSize) + (6L * _model.Config.ImageModel.HiddenSize));

    // Scores, their logarithms and their gradient; then the head's gradient, as computed and in float32.
    long HeadBytes
    {
        get
        {
            long vocabulary = _model.Config.TextModel.VocabSize;
            var scores = Math.Min(_positions, HeadLoss.PositionsAtOnce(_model)) * vocabulary;
            return scores * (IsSingle ? 3 * sizeof(float) : (2 * sizeof(float)) + (2 * _elementBytes)) + (TrainedIn("text_model.lm_head.") * (IsSingle ? sizeof(float) : sizeof(float) + _elementBytes));
        }
    }

    long TableGradientBytes => TrainedIn("text_model.embedding_layer.") * sizeof(float);

    long TrainedIn(string prefix) => _model.named_parameters().Where(entry => entry.parameter.requires_grad && entry.name.StartsWith(prefix, StringComparison.Ordinal)).Sum(entry => entry.parameter.numel());
}
