namespace Llava.Data.Images;

/// <summary>
/// For every output position of one axis, the source positions that it sums and their weights in fixed point (Pillow 9.4's
/// <c>Resample.c</c>: 22 fractional bits, rounded away from zero; pixel, weight and sum fit in 32 bits).
/// </summary>
sealed class ResampleTaps
{
    public const int FractionBits = 32 - 8 - 2;
    public const int Rounding = 1 << (FractionBits - 1);

    readonly int[] _weights;

    public ResampleTaps(int inputSize, int outputSize, Interpolation interpolation)
    {
        var scale = (double)inputSize / outputSize;
        var filterScale = Math.Max(scale, 1.0);
        var support = ResampleFilter.Support(interpolation) * filterScale;
        // A multiple of four: the vector code takes four taps at a time, the missing ones weigh nothing.
        Capacity = ((int)Math.Ceiling(support) * 2 + 1 + 3) & ~3;
        First = new int[outputSize];
        Count = new int[outputSize];
        _weights = new int[outputSize * Capacity];
        Span<double> weights = new double[Capacity];
        for (var output = 0; output < outputSize; output++)
        {
            var center = (output + 0.5) * scale;
            First[output] = Math.Max(0, (int)(center - support + 0.5));
            Count[output] = Math.Min(inputSize, (int)(center + support + 0.5)) - First[output];
            Weigh(weights[..Count[output]], First[output], center, 1.0 / filterScale, interpolation);
            ToFixedPoint(weights[..Count[output]], _weights.AsSpan(output * Capacity, Capacity));
        }
    }

    /// <summary>Weights kept for each output position; those beyond its <see cref="Count"/> are zero.</summary>
    public int Capacity { get; }

    public int[] First { get; }

    public int[] Count { get; }

    public int OutputSize => First.Length;

    public ReadOnlySpan<int> Weights(int output) => _weights.AsSpan(output * Capacity, Capacity);

    static void Weigh(Span<double> weights, int first, double center, double inverseScale, Interpolation interpolation)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = ResampleFilter.Weight(interpolation, (i + first - center + 0.5) * inverseScale);
            sum += weights[i];
        }
        if (sum == 0.0)
            return;
        foreach (ref var weight in weights)
            weight /= sum;
    }

    static void ToFixedPoint(ReadOnlySpan<double> weights, Span<int> fixedPoint)
    {
        for (var i = 0; i < weights.Length; i++)
            fixedPoint[i] = (int)(weights[i] * (1 << FractionBits) + (weights[i] < 0 ? -0.5 : 0.5));
    }
}
