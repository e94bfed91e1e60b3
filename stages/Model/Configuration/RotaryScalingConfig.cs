using Llava.Contracts.Configuration;

namespace Llava.Model.Configuration;

/// <summary>
/// <c>pos_scaling_extra_args</c>: what <c>yarn</c> and <c>llama3</c> take beside the factor. Names and defaults are those of ModelZoo's
/// layers/RotaryPositionEmbeddingHelper.py.
/// </summary>
public sealed record RotaryScalingConfig
{
    /// <summary>Of the pre-training, tokens; 8192 for llama3 where absent, required for yarn.</summary>
    [Bounds(1)]
    public int? OriginalMaxPositionEmbeddings { get; init; }

    [Bounds(0, 1)]
    public double ExtrapolationFactor { get; init; } = 1;

    /// <summary>Pairs of numbers that turn more often than this over the original length keep their frequency.</summary>
    [Bounds(1e-6)]
    public double BetaFast { get; init; } = 32;

    /// <summary>Pairs that turn less often are divided in full.</summary>
    [Bounds(1e-6)]
    public double BetaSlow { get; init; } = 1;

    /// <summary>yarn multiplies sines and cosines by <c>mscale_a ln(factor) + mscale_b</c>.</summary>
    [ConfigKey("mscale_a")]
    public double MscaleA { get; init; } = 0.1;

    [ConfigKey("mscale_b")]
    public double MscaleB { get; init; } = 1;

    [Bounds(1e-6)]
    public double LowFreqFactor { get; init; } = 1;

    [Bounds(1e-6)]
    public double HighFreqFactor { get; init; } = 4;
}
