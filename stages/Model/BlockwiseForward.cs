using System.Globalization;
using Llava.Model.Checkpoints;
using Llava.Model.Configuration;
using Llava.Model.Layers;
using Llava.Model.Text;
using Llava.Model.Vision;
using static TorchSharp.torch;

namespace Llava.Model;

/// <summary>
/// <see cref="LlavaModel"/>'s forward with one block in memory at a time, straight from a checkpoint: what a model that does not
/// fit this machine computes. In float32 on the CPU.
/// </summary>
/// <param name="checkpoint">ModelZoo names, with or without a leading <c>model.</c>.</param>
public sealed class BlockwiseForward(ICheckpointReader checkpoint, LlavaModelConfig config)
{
    static readonly Placement Placement = new(CPU, ScalarType.Float32);

    // B rows, C channels, Y height, X width, P image positions, S positions, D hidden size, V vocabulary.
    /// <param name="image_BCYX">Normalised pictures.</param>
    /// <param name="ids_BS">int32 or int64, with P positions to be overwritten by the picture.</param>
    /// <returns>B x S x V.</returns>
    public Tensor Logits(Tensor image_BCYX, Tensor ids_BS, CancellationToken cancellation = default)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var patches_BPD = ImagePositions(image_BCYX, cancellation);
        var h_BSD = With(new TextEmbedding(config.TextModel, Placement), "text_model.embedding_layer.", embedding => embedding.word_embeddings.Forward(ids_BS));
        var (start, end) = (config.ImageStartIdx, config.ImageStartIdx + patches_BPD.shape[1]);
        h_BSD = cat([h_BSD.narrow(1, 0, start), patches_BPD, h_BSD.narrow(1, end, h_BSD.shape[1] - end)], 1);
        var rotary = new RotaryTable(config.TextModel, CPU);
        var pass = new TextPass(rotary.At(0, h_BSD.shape[1]), rotary.RotarySize, AttentionMask.Causal);
        for (var layer = 0; layer < config.TextModel.NumHiddenLayers; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            h_BSD = With(new TextBlock(config.TextModel, layer, Placement), Numbered("text_model.transformer_decoder.layers.", layer), block => block.Forward(h_BSD, pass));
        }
        h_BSD = With(new RmsNormalization(config.TextModel.HiddenSize, config.TextModel.LayerNormEpsilon, Placement), FinalNorm(), norm => norm.Forward(h_BSD));
        return scope.MoveToOuter(Head(h_BSD));
    }

    Tensor ImagePositions(Tensor image_BCYX, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var h_BTD = With(new VisionEmbedding(config.ImageModel, Placement), "image_model.embedding_layer.", embedding => embedding.Forward(image_BCYX));
        for (var layer = 0; layer < config.VisionBlocksToRun; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            h_BTD = With(new VisionBlock(config.ImageModel, Placement), Numbered("image_model.encoder.transformer_encoder.layers.", layer), block => block.Forward(h_BTD));
        }
        var features = config.ImageFeatureSelectMode == "patch" ? h_BTD.narrow(1, 1, h_BTD.shape[1] - 1) : h_BTD;
        return scope.MoveToOuter(config.Projector?.ImageModel is { } projector
            ? With(LlavaModel.NewProjector(projector, Placement), "projector_image_model.", network => network.Forward(features))
            : features.alias());
    }

    Tensor Head(Tensor h_BSD)
    {
        if (config.TextModel.ShareEmbeddingWeights)
            return With(new TextEmbedding(config.TextModel, Placement), "text_model.embedding_layer.", embedding => nn.functional.linear(h_BSD, embedding.word_embeddings.weight));
        var head = new DenseLayer(config.TextModel.HiddenSize, config.TextModel.VocabSize, config.TextModel.UseBiasInOutput, Placement);
        return With(head, "text_model.lm_head.", layer => layer.Forward(h_BSD));
    }

    string FinalNorm() => Stored("text_model.ln_f.weight") is not null ? "text_model.ln_f." : "text_model.transformer_decoder.norm.";

    static string Numbered(string prefix, int layer) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{layer}.");

    Tensor With<TModule>(TModule module, string prefix, Func<TModule, Tensor> forward) where TModule : nn.Module
    {
        using (module)
        {
            foreach (var (name, parameter) in module.named_parameters())
            {
                using var stored = checkpoint.ReadTensor(Stored(prefix + name) ?? prefix + name);
                parameter.copy_(stored);
            }
            return forward(module);
        }
    }

    string? Stored(string name) => new[] { name, "model." + name }.FirstOrDefault(spelling => checkpoint.Find(spelling) is not null);
}
