using Llava.Contracts.Configuration;

namespace Llava.Train.Configuration;

/// <summary>The <c>optimizer</c> section. Its keys are ModelZoo's; <c>token_exact_accumulation</c> is ours.</summary>
sealed record OptimizerConfig : IValidatedConfig
{
    public const string CerebrasAdamW = "AdamW";
    public const string TorchAdamW = "TorchAdamW";

    /// <summary><c>AdamW</c> adds eps before the correction of the second moment (cstorch), <c>TorchAdamW</c> after it (PyTorch).</summary>
    [OneOf(CerebrasAdamW, TorchAdamW)]
    public required string OptimizerType { get; init; }

    [Bounds(0, 1)]
    public IReadOnlyList<double> Betas { get; init; } = [0.9, 0.999];

    /// <summary>Absent: each formula's own default, 1e-6 for <c>AdamW</c> and 1e-8 for <c>TorchAdamW</c>.</summary>
    [Bounds(0)]
    public double? Eps { get; init; }

    public bool CorrectBias { get; init; } = true;

    public bool Amsgrad { get; init; }

    [Bounds(0)]
    public double WeightDecay { get; init; }

    /// <summary>Bound of the global gradient norm; absent: no clipping.</summary>
    [Bounds(0)]
    public double? MaxGradientNorm { get; init; }

    /// <summary>A number, a schedule, or a list of schedules: see <see cref="Schedules.LearningRateReader"/>.</summary>
    public required ConfigNode LearningRate { get; init; }

    /// <summary>Batches of <c>batch_size</c> sequences that make one step, each a micro-batch; not together with a <c>micro_batch_size</c>, which cuts a batch.</summary>
    [Bounds(1, 1024)]
    public int GradAccumSteps { get; init; } = 1;

    /// <summary>
    /// Divides by the supervised tokens of the whole step instead of each micro-batch's own, so that the micro-batch size never
    /// changes the result.
    /// </summary>
    public bool TokenExactAccumulation { get; init; }

    public double Epsilon => Eps ?? (OptimizerType == CerebrasAdamW ? 1e-6 : 1e-8);

    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (Betas.Count != 2 || Betas.Any(beta => beta >= 1))
            yield return ("betas", "must be two numbers of at least 0 and below 1");
        if (Amsgrad)
            yield return ("amsgrad", "must be false: the AMSGrad variant is not supported");
        if (OptimizerType == TorchAdamW && !CorrectBias)
            yield return ("correct_bias", "must be true for TorchAdamW");
    }
}
