using Llava.Model.Layers;
using Llava.Model.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Model.Decoding;

/// <summary>
/// Prompts that are continued together, token by token, with keys and values kept. Shorter prompts are padded on the left; each
/// row counts its positions from its own first token and never sees the padding, so that it computes what it would alone.
/// </summary>
public sealed class DecodingBatch : IDisposable
{
    /// <summary>Stands among the ids where the picture's patches go.</summary>
    public const int ImageTokenId = -200;

    static readonly Scalar Zero = 0;

    readonly LlavaModel _model;
    readonly KeyValueCache _cache;
    Tensor? _hidden_BK;
    Tensor _lengths_B;

    DecodingBatch(LlavaModel model, IReadOnlyList<long> lengths, long capacity)
    {
        _model = model;
        _cache = new KeyValueCache(model.Config.TextModel, lengths.Count, capacity, model.Placement);
        using var scope = NewDisposeScope();
        _lengths_B = tensor([.. lengths], ScalarType.Int64, model.Device).DetachFromDisposeScope();
        var longest = lengths.Max();
        if (lengths.Any(length => length < longest))
            _hidden_BK = arange(capacity, ScalarType.Int64, model.Device).unsqueeze(0).lt(_lengths_B.neg().Plus(tensor(longest, device: model.Device)).unsqueeze(1)).DetachFromDisposeScope();
    }

    /// <summary>How many positions a prompt takes.</summary>
    public static long LengthOf(LlavaModel model, IReadOnlyList<int> ids) => ids.Sum(id => id == ImageTokenId ? model.Config.ImageTokenCount : 1);

    /// <summary>Runs the prompts through the model.</summary>
    /// <param name="prompts">Ids with <see cref="ImageTokenId"/> for a picture, and the picture's features (P x W) or null.</param>
    /// <param name="maximumNewTokens">Room for this many more.</param>
    /// <returns>The batch, and B x V scores of each row's next token.</returns>
    public static (DecodingBatch Batch, Tensor Logits_BV) Start(LlavaModel model, IReadOnlyList<(IReadOnlyList<int> Ids, Tensor? ImageFeatures_PW)> prompts, int maximumNewTokens)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var rows = prompts.Select(prompt => PromptEmbedding.Of(model, prompt.Ids, prompt.ImageFeatures_PW)).ToList();
        var longest = rows.Max(row => row.shape[0]);
        var batch = new DecodingBatch(model, [.. rows.Select(row => row.shape[0])], longest + maximumNewTokens);
        var h_BSD = stack(rows.Select(row => nn.functional.pad(row, [0, 0, longest - row.shape[0], 0])));
        return (batch, scope.MoveToOuter(batch.Run(h_BSD, batch.PromptPass(longest))));
    }

    /// <summary>Appends one token to each row.</summary>
    /// <returns>B x V scores of each row's next token.</returns>
    public Tensor Step(IReadOnlyList<int> ids)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var h_B1D = _model.text_model.Embed(tensor([.. ids], ScalarType.Int64, _model.Device).unsqueeze(1));
        var logits_BV = Run(h_B1D, StepPass());
        _lengths_B.PlusInPlace(ones(1, ScalarType.Int64, _model.Device));
        return scope.MoveToOuter(logits_BV);
    }

    /// <summary>Goes on with these rows alone.</summary>
    public void KeepRows(IReadOnlyList<int> rows)
    {
        using var scope = NewDisposeScope();
        var kept = tensor([.. rows.Select(row => (long)row)], ScalarType.Int64, _model.Device);
        _cache.KeepRows(kept);
        Replace(ref _lengths_B, _lengths_B.index_select(0, kept));
        if (_hidden_BK is not null)
            Replace(ref _hidden_BK, _hidden_BK.index_select(0, kept));
    }

    public void Dispose()
    {
        _cache.Dispose();
        _lengths_B.Dispose();
        _hidden_BK?.Dispose();
    }

    static void Replace(ref Tensor old, Tensor @new)
    {
        old.Dispose();
        old = @new.DetachFromDisposeScope();
    }

    // Only the last position of each row is asked what comes next.
    Tensor Run(Tensor h_BSD, TextPass pass)
    {
        var last_BD = _model.text_model.Forward(h_BSD, pass).select(1, -1);
        return _model.Logits(last_BD).to(ScalarType.Float32);
    }

    TextPass PromptPass(long length)
    {
        var rotary = _model.text_model.Rotary;
        if (_hidden_BK is null)
            return new(rotary.At(0, length), rotary.RotarySize, AttentionMask.Causal, _cache);
        var hidden_BS = _hidden_BK.narrow(1, 0, length);
        var positions_BS = hidden_BS.logical_not().cumsum(1).Minus(ones(1, ScalarType.Int64, _model.Device)).clamp_min(Zero);
        return new(rotary.At(positions_BS), rotary.RotarySize, AttentionMask.CausalExcept(hidden_BS, length, _model.ElementType), _cache);
    }

    TextPass StepPass()
    {
        var rotary = _model.text_model.Rotary;
        if (_hidden_BK is null)
            return new(rotary.At(_cache.Length, 1), rotary.RotarySize, AttentionMask.None, _cache);
        var mask = AttentionMask.CausalExcept(_hidden_BK.narrow(1, 0, _cache.Length + 1), queryCount: 1, _model.ElementType);
        return new(rotary.At(_lengths_B.unsqueeze(1)), rotary.RotarySize, mask, _cache);
    }
}
