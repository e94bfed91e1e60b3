using Llava.Model;
using Llava.Model.Configuration;

namespace Llava.Train.Metrics;

/// <summary>
/// Floating-point operations that the model itself asks for (Chowdhery et al. 2022, appendix B): two for every weight and
/// position it multiplies, causal attention by half, once forward, once more where a gradient passes and once more where weights
/// learn. What is computed twice to save memory counts once.
/// </summary>
sealed class StepArithmetic
{
    readonly LlavaModelConfig _config;
    readonly double _visionPasses, _projectorPasses, _blockPasses, _headPasses;

    public StepArithmetic(LlavaModel model)
    {
        _config = model.Config;
        var (vision, projector, blocks) = (TrainedShare(model, "image_model."), TrainedShare(model, "projector_"), TrainedShare(model, "text_model.transformer_decoder."));
        var head = TrainedShare(model, _config.TextModel.ShareEmbeddingWeights ? "text_model.embedding_layer." : "text_model.lm_head.");
        var table = TrainedShare(model, "text_model.embedding_layer.");
        var (belowProjector, belowBlocks) = (vision > 0, vision + projector + table > 0);
        _visionPasses = 1 + (vision > 0 ? 1 : 0) + vision;
        _projectorPasses = 1 + (belowProjector ? 1 : 0) + projector;
        _blockPasses = 1 + (belowBlocks || blocks > 0 ? 1 : 0) + blocks;
        _headPasses = 1 + (belowBlocks || blocks > 0 ? 1 : 0) + head;
    }

    public double Of(MicroBatch batch) =>
        (batch.Rows * (Vision() * _visionPasses + Projector() * _projectorPasses))
        + (Blocks(batch.Tokens, batch.Tokens / batch.Rows) * _blockPasses)
        + (2.0 * batch.SupervisedTokens * _config.TextModel.HiddenSize * _config.TextModel.VocabSize * _headPasses);

    double Vision()
    {
        var vision = _config.ImageModel;
        double tokens = vision.PatchCount + 1, width = vision.HiddenSize;
        var patches = 2 * vision.PatchCount * width * vision.NumChannels * vision.PatchSize[0] * vision.PatchSize[1];
        return patches + (_config.VisionBlocksToRun * ((tokens * ((8 * width * width) + (4 * width * vision.FilterSize))) + (4 * tokens * tokens * width)));
    }

    double Projector()
    {
        if (_config.Projector?.ImageModel is not { } projector)
            return 0;
        int[] widths = [projector.InputUnit, .. projector.LayersUnits];
        return 2 * _config.ImageTokenCount * widths.Zip(widths.Skip(1), (input, output) => (double)input * output).Sum();
    }

    double Blocks(double tokens, double length)
    {
        var text = _config.TextModel;
        double width = text.HiddenSize, shared = text.KeyValueHeads * text.HeadSize;
        var perToken = (4 * width * width) + (4 * width * shared) + (6 * width * text.FilterSize) + (2 * length * width);
        return text.NumHiddenLayers * tokens * perToken;
    }

    static double TrainedShare(LlavaModel model, string prefix)
    {
        var part = model.named_parameters().Where(entry => entry.name.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => entry.parameter).ToList();
        return part.Count == 0 ? 0 : part.Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel()) / (double)part.Sum(parameter => parameter.numel());
    }
}
