using Llava.Model.Configuration;
using Llava.Model.Interop;
using Llava.Model.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Text;

/// <summary>The level that the checkpoint's keys have above the table.</summary>
sealed class TextEmbedding : Module
{
    public readonly TokenTable word_embeddings;

    public TextEmbedding(TextModelConfig config, Placement placement) : base(nameof(TextEmbedding))
    {
        word_embeddings = new(config, placement);
        RegisterComponents();
    }
}

/// <summary>A vector for every token of the vocabulary.</summary>
sealed class TokenTable : Module
{
    public readonly Parameter weight;
    readonly ScalarType _elementType;

    public TokenTable(TextModelConfig config, Placement placement) : base(nameof(TokenTable))
    {
        _elementType = placement.ElementType;
        weight = placement.NewParameter(config.VocabSize, config.HiddenSize);
        RegisterComponents();
    }

    /// <param name="ids_BS">int32 or int64.</param>
    /// <returns>B x S x D.</returns>
    public Tensor Forward(Tensor ids_BS) => TorchDispatcher.Embedding(weight, ids_BS).to(_elementType);
}
