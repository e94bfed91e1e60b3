using Llava.Model.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Model.Text;

/// <summary>Which positions a position may attend to.</summary>
/// <param name="Additive_B1SK">Added to the scores of S queries with K keys; null where <paramref name="IsCausal"/> says all.</param>
/// <param name="IsCausal">Each position sees itself and what stands before it.</param>
readonly record struct AttentionMask(Tensor? Additive_B1SK, bool IsCausal)
{
    static readonly Scalar Zero = 0;

    /// <summary>Each position sees itself and what stands before it.</summary>
    public static readonly AttentionMask Causal = new(null, IsCausal: true);

    /// <summary>Every query sees every key: one new token after a cache without padding.</summary>
    public static readonly AttentionMask None = new(null, IsCausal: false);

    /// <summary>
    /// Causal, and hidden keys besides. Their score gets the lowest finite number, as in the reference: a row that has nothing
    /// else to attend to then averages, where minus infinity would make NaN and spread.
    /// </summary>
    /// <param name="hidden_BK">1 = do not attend.</param>
    /// <param name="queryCount">The queries are the last ones of the K positions.</param>
    public static AttentionMask CausalExcept(Tensor hidden_BK, long queryCount, ScalarType elementType)
    {
        using var scope = NewDisposeScope();
        using Scalar lowest = Lowest(elementType), endless = double.NegativeInfinity;
        var keyCount = hidden_BK.shape[1];
        var mask_B11K = hidden_BK.to(elementType).mul(lowest).unsqueeze(1).unsqueeze(1);
        if (queryCount == 1)
            return new(scope.MoveToOuter(mask_B11K), IsCausal: false);
        var later_SK = full([queryCount, keyCount], endless, elementType, hidden_BK.device).triu(keyCount - queryCount + 1);
        return new(scope.MoveToOuter(mask_B11K.Plus(later_SK)), IsCausal: false);
    }

    /// <summary>Of whole rows; null hides nothing.</summary>
    public static AttentionMask CausalExcept(Tensor? hidden_BS, ScalarType elementType) =>
        hidden_BS is null ? Causal : CausalExcept(hidden_BS, hidden_BS.shape[1], elementType);

    /// <summary>The mask of a batch, none where it hides nothing.</summary>
    /// <param name="keyPadding_BS">1 = do not attend.</param>
    public static AttentionMask ForBatch(Tensor? keyPadding_BS, ScalarType elementType) =>
        CausalExcept(keyPadding_BS is null || !Any(keyPadding_BS) ? null : keyPadding_BS, elementType);

    /// <summary>
    /// As <see cref="ForBatch"/> for callers that read visible positions alone. Padding after a row's last visible position then
    /// needs no mask: nothing visible comes later to look at it. Most batches are causal so, and attention without a mask is faster.
    /// </summary>
    public static AttentionMask ForVisible(Tensor? keyPadding_BS, ScalarType elementType) =>
        CausalExcept(keyPadding_BS is null || HidesOnlyTails(keyPadding_BS) ? null : keyPadding_BS, elementType);

    static bool Any(Tensor flags)
    {
        using var any = flags.any();
        return any.item<bool>();
    }

    // A visible position after a hidden one is a step down in the row.
    static bool HidesOnlyTails(Tensor keyPadding_BS)
    {
        using var scope = NewDisposeScope();
        var flags_BS = keyPadding_BS.to(ScalarType.Int8);
        return flags_BS.shape[1] < 2 || !Any(flags_BS.diff(dim: 1).lt(Zero));
    }

    static double Lowest(ScalarType elementType) => elementType switch
    {
        ScalarType.Float64 => double.MinValue,
        ScalarType.Float16 => -65504,
        ScalarType.BFloat16 => -3.3895313892515355e38,
        _ => float.MinValue,
    };
}
