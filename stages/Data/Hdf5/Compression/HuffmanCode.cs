namespace Llava.Data.Hdf5.Compression;

/// <summary>
/// The shortest prefix code for given counts with a longest length, as deflate wants it (RFC 1951, 3.2.2): lengths by Moffat and
/// Katajainen ("In-Place Calculation of Minimum-Redundancy Codes", 1995), then cut to the limit. Buffers are kept from use to use.
/// </summary>
sealed class HuffmanCode(int symbols, int longest)
{
    readonly ulong[] _sorted = new ulong[symbols];
    readonly int[] _weights = new int[symbols];
    readonly int[] _codesOfLength = new int[longest + 2];

    public int[] Counts { get; } = new int[symbols];

    /// <summary>Bits of each symbol's code; 0: it does not occur.</summary>
    public byte[] Lengths { get; } = new byte[symbols];

    /// <summary>The codes, first bit lowest.</summary>
    public ushort[] Codes { get; } = new ushort[symbols];

    /// <summary>Symbols up to the last that occurs, at least <paramref name="atLeast"/>.</summary>
    public int UsedSymbols(int atLeast) => Math.Max(atLeast, Lengths.AsSpan().LastIndexOfAnyExcept((byte)0) + 1);

    /// <summary>Lengths and codes for <see cref="Counts"/>.</summary>
    public void Build()
    {
        Array.Clear(Lengths);
        var used = SortByCount();
        if (used <= 2)
            SetShortest(used);
        else
            SetLengths(used);
        AssignCodes();
    }

    int SortByCount()
    {
        var used = 0;
        for (var symbol = 0; symbol < Counts.Length; symbol++)
        {
            if (Counts[symbol] > 0)
                _sorted[used++] = (ulong)Counts[symbol] << 16 | (uint)symbol;
        }
        _sorted.AsSpan(0, used).Sort();
        return used;
    }

    // A decoder wants a complete code; with one symbol, or none, two of length 1 are.
    void SetShortest(int used)
    {
        for (var index = 0; index < used; index++)
            Lengths[(ushort)_sorted[index]] = 1;
        for (var symbol = 0; used < 2; symbol++)
        {
            if (Lengths[symbol] == 0)
            {
                Lengths[symbol] = 1;
                used++;
            }
        }
    }

    void SetLengths(int used)
    {
        var weights = _weights.AsSpan(0, used);
        for (var index = 0; index < used; index++)
            weights[index] = (int)(_sorted[index] >> 16);
        MinimumRedundancyDepths(weights);
        CountLengths(weights);
        var next = 0;
        for (var length = longest; length > 0; length--)
        {
            for (var count = _codesOfLength[length]; count > 0; count--)
                Lengths[(ushort)_sorted[next++]] = (byte)length;
        }
    }

    /// <summary>Turns counts, smallest first, into depths, deepest first, in place.</summary>
    static void MinimumRedundancyDepths(Span<int> values)
    {
        var (root, leaf, count) = (0, 2, values.Length);
        values[0] += values[1];
        for (var next = 1; next < count - 1; next++)
        {
            values[next] = TakeSmaller(values, ref root, ref leaf, next);
            values[next] += TakeSmaller(values, ref root, ref leaf, next);
        }
        values[count - 2] = 0;
        for (var next = count - 3; next >= 0; next--)
            values[next] = values[values[next]] + 1;
        var (available, used, depth) = (1, 0, 0);
        root = count - 2;
        for (var next = count - 1; available > 0; depth++)
        {
            while (root >= 0 && values[root] == depth)
            {
                used++;
                root--;
            }
            while (available > used)
            {
                values[next--] = depth;
                available--;
            }
            (available, used) = (2 * used, 0);
        }
    }

    static int TakeSmaller(Span<int> values, ref int root, ref int leaf, int parent)
    {
        if (leaf < values.Length && (root >= parent || values[root] >= values[leaf]))
            return values[leaf++];
        var weight = values[root];
        values[root++] = parent;
        return weight;
    }

    /// <summary>How many codes have each length; those beyond the limit are pulled up, and shorter ones pushed down to make room.</summary>
    void CountLengths(ReadOnlySpan<int> depths)
    {
        Array.Clear(_codesOfLength);
        var room = 0L;
        foreach (var depth in depths)
        {
            var length = Math.Min(depth, longest);
            _codesOfLength[length]++;
            room += 1L << (longest - length);
        }
        for (var excess = room - (1L << longest); excess > 0; excess--)
        {
            var length = longest - 1;
            while (_codesOfLength[length] == 0)
                length--;
            _codesOfLength[length]--;
            _codesOfLength[length + 1] += 2;
            _codesOfLength[longest]--;
        }
    }

    void AssignCodes()
    {
        Span<int> next = stackalloc int[longest + 2];
        Array.Clear(_codesOfLength);
        foreach (var length in Lengths)
            _codesOfLength[length]++;
        _codesOfLength[0] = 0;
        for (var length = 1; length <= longest; length++)
            next[length + 1] = (next[length] + _codesOfLength[length]) << 1;
        for (var symbol = 0; symbol < Lengths.Length; symbol++)
        {
            if (Lengths[symbol] is var length and > 0)
                Codes[symbol] = Reversed(next[length]++, length);
        }
    }

    static ushort Reversed(int code, int length)
    {
        var reversed = 0;
        for (var bit = 0; bit < length; bit++)
            reversed |= (code >> bit & 1) << (length - 1 - bit);
        return (ushort)reversed;
    }
}
