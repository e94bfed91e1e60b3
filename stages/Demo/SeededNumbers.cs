namespace Llava.Demo;

/// <summary>
/// SplitMix64. System.Random promises no sequence across versions, and logarithms and cosines (Box-Muller) differ between
/// platforms in their last bit; this uses additions and multiplications only.
/// </summary>
sealed class SeededNumbers(long seed, string purpose)
{
    const int SummandsOfNormal = 12;

    ulong _state = (ulong)seed ^ Hash.Of(purpose);

    /// <summary>Uniform in [0, end).</summary>
    public int Below(int end) => (int)Math.BigMul(Next(), (ulong)end, out _);

    /// <summary>Standard normal, as a sum of twelve uniform numbers (Irwin-Hall): within ±6.</summary>
    public double Normal()
    {
        var sum = -SummandsOfNormal / 2.0;
        for (var summand = 0; summand < SummandsOfNormal; summand++)
            sum += (Next() >> 11) * (1.0 / (1UL << 53));
        return sum;
    }

    ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Hash.Mix(_state);
    }
}
