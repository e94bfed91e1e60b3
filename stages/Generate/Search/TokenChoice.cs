namespace Llava.Generate.Search;

/// <summary>Picks one token by the scores of the whole vocabulary.</summary>
static class TokenChoice
{
    /// <summary>The highest score, the lowest id among equals.</summary>
    public static int MostProbable(ReadOnlySpan<float> logits_V)
    {
        var best = 0;
        for (var id = 1; id < logits_V.Length; id++)
        {
            if (logits_V[id] > logits_V[best])
                best = id;
        }
        return best;
    }

    /// <param name="uniform">From 0 up to but not including 1.</param>
    public static int Drawn(ReadOnlySpan<float> logits_V, Sampling sampling, double uniform)
    {
        var (ids, probabilities) = MostProbableFirst(logits_V, sampling.Temperature);
        var kept = Nucleus(probabilities, sampling);
        var place = uniform * probabilities.AsSpan(0, kept).Sum();
        var last = 0;
        for (; last < kept - 1 && place >= probabilities[last]; last++)
            place -= probabilities[last];
        return ids[last];
    }

    // Not normalised: the largest is 1.
    static (int[] Ids, double[] Probabilities) MostProbableFirst(ReadOnlySpan<float> logits_V, double temperature)
    {
        var highest = logits_V[MostProbable(logits_V)];
        var order = new ulong[logits_V.Length];
        for (var id = 0; id < order.Length; id++)
            order[id] = ((ulong)Descending(logits_V[id]) << 32) | (uint)id;
        Array.Sort(order);
        var ids = Array.ConvertAll(order, key => (int)(uint)key);
        var probabilities = new double[ids.Length];
        for (var rank = 0; rank < ids.Length; rank++)
            probabilities[rank] = Math.Exp(((double)logits_V[ids[rank]] - highest) / temperature);
        return (ids, probabilities);
    }

    // A number that is the smaller the larger the value: a float's bits count up with it above zero and down below.
    static uint Descending(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (bits & 0x8000_0000) == 0 ? ~(bits | 0x8000_0000) : bits;
    }

    static int Nucleus(double[] probabilities, Sampling sampling)
    {
        var kept = probabilities.Length;
        if (sampling.TopTokens is { } most && most < kept)
        {
            // Tokens as probable as the last one stay too.
            kept = most;
            while (kept < probabilities.Length && probabilities[kept] == probabilities[most - 1])
                kept++;
        }
        if (sampling.TopProbability >= 1)
            return kept;
        var (reached, enough) = (0.0, sampling.TopProbability * probabilities.AsSpan(0, kept).Sum());
        for (var rank = 0; rank < kept; rank++)
        {
            if (rank > 0 && reached >= enough)
                return rank;
            reached += probabilities[rank];
        }
        return kept;
    }

    static double Sum(this Span<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}
