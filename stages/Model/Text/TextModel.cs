using Llava.Model.Configuration;
using Llava.Model.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Text;

/// <summary>The language model: a Llama decoder that starts from embeddings, so that pictures can stand among them.</summary>
sealed class TextModel : Module
{
    public readonly TextEmbedding embedding_layer;
    public readonly RmsNormalization ln_f;
    public readonly TextBlocks transformer_decoder;
    public readonly DenseLayer? lm_head;

    public TextModel(TextModelConfig config, Placement placement) : base(nameof(TextModel))
    {
        Rotary = new(config, placement.Device);
        embedding_layer = new(config, placement);
        ln_f = new(config.HiddenSize, config.LayerNormEpsilon, placement);
        transformer_decoder = new(config, placement);
        lm_head = config.ShareEmbeddingWeights ? null : new(config.HiddenSize, config.VocabSize, config.UseBiasInOutput, placement);
        RegisterComponents();
    }

    public RotaryTable Rotary { get; }

    // B rows, S positions, D hidden size, V vocabulary, N any number of positions.
    public Tensor Embed(Tensor ids_BS) => embedding_layer.word_embeddings.Forward(ids_BS);

    /// <returns>The normalised output of the last block.</returns>
    public Tensor Forward(Tensor h_BSD, TextPass pass)
    {
        using var scope = NewDisposeScope();
        h_BSD = RunBlocks(h_BSD, pass);
        pass.Cache?.Advance(h_BSD.shape[1]);
        return scope.MoveToOuter(Normalize(h_BSD));
    }

    /// <summary>What the blocks need to run over whole rows, from position 0.</summary>
    public TextPass PassOver(Tensor h_BSD, AttentionMask mask) => new(Rotary.At(0, h_BSD.shape[1]), Rotary.RotarySize, mask);

    public IEnumerable<TextBlock> Blocks => transformer_decoder.layers;

    public Tensor RunBlocks(Tensor h_BSD, TextPass pass)
    {
        using var scope = NewDisposeScope();
        foreach (var block in Blocks)
            h_BSD = block.Forward(h_BSD, pass);
        return scope.MoveToOuter(h_BSD);
    }

    public Tensor Normalize(Tensor h_BSD) => ln_f.Forward(h_BSD);

    /// <summary>Scores of every token of the vocabulary: ... x D to ... x V.</summary>
    public Tensor Logits(Tensor h) =>
        lm_head is null ? functional.linear(h, embedding_layer.word_embeddings.weight.In(h.dtype)) : lm_head.Forward(h);
}

/// <summary>The level that the checkpoint's keys have above the blocks.</summary>
sealed class TextBlocks : Module
{
    public readonly ModuleList<TextBlock> layers;

    public TextBlocks(TextModelConfig config, Placement placement) : base(nameof(TextBlocks))
    {
        layers = new([.. Enumerable.Range(0, config.NumHiddenLayers).Select(layer => new TextBlock(config, layer, placement))]);
        RegisterComponents();
    }
}
