namespace Llava.Data.Hdf5.Compression;

/// <summary>
/// Writes the zlib stream (RFC 1950, 1951) of a row of numbers: one block with codes of its own. Matches are sought number by number, not
/// byte by byte, and where a sample has them: labels repeat the ids before them, masks and padding are runs. A fraction
/// of the time of zlib at level 4, and up to a tenth larger; and its bytes are the same on every processor and with every version of the runtime,
/// which those of the system's zlib are not. One for each thread.
/// </summary>
sealed class RowDeflater
{
    const int BytesPerValue = 4;

    /// <summary>64 numbers are 256 bytes; a match has 258 at most, two of which may lie in front.</summary>
    const int LongestMatch = 64;
    const int FarthestMatch = 32768 / BytesPerValue;
    const int HashBits = 11;

    /// <summary>Places inside of a longer match are not looked for again.</summary>
    const int LongestRemembered = 16;
    const ulong MatchMark = 1UL << 63;
    const ulong ShortMark = 1UL << 62;

    [ThreadStatic]
    static RowDeflater? _current;

    readonly HuffmanCode _literals = new(DeflateTables.LiteralSymbols, 15);
    readonly HuffmanCode _distances = new(DeflateTables.DistanceSymbols, 15);
    readonly HuffmanCode _lengths = new(19, 7);
    readonly byte[] _codeLengths = new byte[DeflateTables.LiteralSymbols + DeflateTables.DistanceSymbols];

    /// <summary>By a hash of a number, and of two: one more than where they stood last.</summary>
    readonly int[] _singles = new int[1 << HashBits];
    readonly int[] _pairs = new int[1 << HashBits];

    /// <summary>Literal numbers as they are, those of which only two bytes are written marked; matches as a mark, the length in bytes and the distance in numbers.</summary>
    ulong[] _steps = new ulong[4096];
    int _stepCount;

    /// <summary>The lengths of both codes as symbols of the code that they are written in.</summary>
    readonly (int Symbol, int ExtraBits, uint Extra)[] _runs = new (int, int, uint)[DeflateTables.LiteralSymbols + DeflateTables.DistanceSymbols];
    int _runCount;
    byte[] _output = new byte[1 << 16];

    public static RowDeflater Current => _current ??= new RowDeflater();

    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Deflate(ReadOnlySpan<int> row)
    {
        Reserve(row.Length);
        FindMatches(row);
        _literals.Counts[DeflateTables.EndOfBlock]++;
        _literals.Build();
        _distances.Build();
        var output = new BitOutput(_output);
        output.Write(0x9C78, 16); // zlib, 32 KiB window
        output.Write(0b101, 3); // the last block, with codes of its own
        WriteCodes(ref output);
        WriteSteps(ref output);
        output.Align();
        output.WriteBigEndian(Adler32.Of(row));
        return _output.AsSpan(0, output.Length);
    }

    void Reserve(int values)
    {
        if (_steps.Length < values)
            _steps = new ulong[values];
        // A literal takes 15 bits at most, codes less than 400 bytes.
        if (_output.Length < 8 * values + 1024)
            _output = new byte[8 * values + 1024];
        _stepCount = 0;
        Array.Clear(_singles);
        Array.Clear(_pairs);
        Array.Clear(_literals.Counts);
        Array.Clear(_distances.Counts);
    }

    void FindMatches(ReadOnlySpan<int> row)
    {
        // Labels stand two features behind the ids, one place ahead of them.
        var labels = row.Length / SampleRow.FeatureCount * SampleRow.Labels;
        var last = 1;
        for (var place = 0; place < row.Length;)
        {
            var distance = Repeats(row, place, 1) ? 1
                : place >= labels && Repeats(row, place, labels - 1) ? labels - 1
                : Repeats(row, place, last) ? last
                : Known(row, place);
            if (distance == 0)
            {
                Remember(row, place);
                AddLiteral(row[place++]);
                continue;
            }
            var length = row[place..].CommonPrefixLength(row[(place - distance)..]);
            // Far distances cost more bits than the one of a run, which may begin on the way.
            length = distance == 1 ? length : Math.Min(length, LongestMatch);
            for (var inside = 0; inside < Math.Min(length, LongestRemembered); inside++)
                Remember(row, place + inside);
            AddMatch(length, distance, startsEarly: place > distance && ShortenLiteral(row[place - distance - 1]));
            place += length;
            last = distance;
        }
    }

    /// <summary>Whether two numbers repeat at a distance.</summary>
    static bool Repeats(ReadOnlySpan<int> row, int place, int distance) =>
        distance <= Math.Min(place, FarthestMatch) && place + 1 < row.Length && row[place] == row[place - distance] && row[place + 1] == row[place - distance + 1];

    /// <summary>The distance to where this number and the next stood last, else this number alone; 0 for neither.</summary>
    int Known(ReadOnlySpan<int> row, int place)
    {
        if (place + 1 < row.Length && _pairs[HashOf(row[place], row[place + 1])] is var pair and > 0 && Repeats(row, place, place + 1 - pair))
            return place + 1 - pair;
        var single = _singles[HashOf(row[place], 0)];
        return single > 0 && row[single - 1] == row[place] && place + 1 - single <= FarthestMatch ? place + 1 - single : 0;
    }

    void Remember(ReadOnlySpan<int> row, int place)
    {
        _singles[HashOf(row[place], 0)] = place + 1;
        if (place + 1 < row.Length)
            _pairs[HashOf(row[place], row[place + 1])] = place + 1;
    }

    static int HashOf(int first, int second) => (int)(((uint)first * 0x9E3779B1 ^ (uint)second * 0x85EBCA77) >> (32 - HashBits));

    void AddLiteral(int value)
    {
        var counts = _literals.Counts;
        counts[(byte)value]++;
        counts[(byte)(value >> 8)]++;
        counts[(byte)(value >> 16)]++;
        counts[(byte)(value >> 24)]++;
        _steps[_stepCount++] = (uint)value;
    }

    /// <summary>Numbers below 65536 end in two zero bytes: after such a literal, a match behind another such number begins with its zeros.</summary>
    bool ShortenLiteral(int beforeSource)
    {
        if (_stepCount == 0 || _steps[_stepCount - 1] > ushort.MaxValue || (uint)beforeSource > ushort.MaxValue)
            return false;
        _steps[_stepCount - 1] |= ShortMark;
        _literals.Counts[0] -= 2;
        return true;
    }

    void AddMatch(int length, int distance, bool startsEarly)
    {
        var distanceSymbol = DeflateTables.Distance(BytesPerValue * distance).Symbol;
        for (; length > 0; length -= LongestMatch, startsEarly = false)
        {
            var bytes = BytesPerValue * Math.Min(length, LongestMatch) + (startsEarly ? 2 : 0);
            _literals.Counts[DeflateTables.Length(bytes).Symbol]++;
            _distances.Counts[distanceSymbol]++;
            _steps[_stepCount++] = MatchMark | (ulong)bytes << 32 | (uint)distance;
        }
    }

    void WriteCodes(ref BitOutput output)
    {
        var literals = _literals.UsedSymbols(257);
        var distances = _distances.UsedSymbols(1);
        var lengths = _codeLengths.AsSpan(0, literals + distances);
        _literals.Lengths.AsSpan(0, literals).CopyTo(lengths);
        _distances.Lengths.AsSpan(0, distances).CopyTo(lengths[literals..]);
        CutIntoRuns(lengths);
        _lengths.Build();
        var written = DeflateTables.LengthOrder.Length;
        while (written > 4 && _lengths.Lengths[DeflateTables.LengthOrder[written - 1]] == 0)
            written--;
        output.Write((uint)(literals - 257), 5);
        output.Write((uint)(distances - 1), 5);
        output.Write((uint)(written - 4), 4);
        foreach (var symbol in DeflateTables.LengthOrder[..written])
            output.Write(_lengths.Lengths[symbol], 3);
        foreach (var (symbol, extraBits, extra) in _runs.AsSpan(0, _runCount))
        {
            output.Write(_lengths.Codes[symbol], _lengths.Lengths[symbol]);
            output.Write(extra, extraBits);
        }
    }

    /// <summary>Equal lengths one behind the other: 16 repeats the last one 3 to 6 times, 17 and 18 are 3 to 10 and 11 to 138 zeros.</summary>
    void CutIntoRuns(ReadOnlySpan<byte> lengths)
    {
        Array.Clear(_lengths.Counts);
        _runCount = 0;
        for (var start = 0; start < lengths.Length;)
        {
            var end = lengths[start..].IndexOfAnyExcept(lengths[start]) is var other and >= 0 ? start + other : lengths.Length;
            if (lengths[start] != 0)
                AddRun(lengths[start++], 0, 0);
            while (end - start >= 3)
            {
                var (symbol, least, most, bits) = lengths[start] != 0 ? (16, 3, 6, 2) : end - start < 11 ? (17, 3, 10, 3) : (18, 11, 138, 7);
                var count = Math.Min(most, end - start);
                AddRun(symbol, bits, count - least);
                start += count;
            }
            for (; start < end; start++)
                AddRun(lengths[start], 0, 0);
        }
    }

    void AddRun(int symbol, int extraBits, int extra)
    {
        _lengths.Counts[symbol]++;
        _runs[_runCount++] = (symbol, extraBits, (uint)extra);
    }

    void WriteSteps(ref BitOutput output)
    {
        var (codes, lengths) = (_literals.Codes, _literals.Lengths);
        foreach (var step in _steps.AsSpan(0, _stepCount))
        {
            if (step >= MatchMark)
            {
                WriteMatch(ref output, (int)(step >> 32 & 0x1FF), (int)(uint)step);
                continue;
            }
            var (b0, b1, b2, b3) = ((byte)step, (byte)(step >> 8), (byte)(step >> 16), (byte)(step >> 24));
            output.Write(codes[b0] | (uint)codes[b1] << lengths[b0], lengths[b0] + lengths[b1]);
            if ((step & ShortMark) == 0)
                output.Write(codes[b2] | (uint)codes[b3] << lengths[b2], lengths[b2] + lengths[b3]);
        }
        output.Write(codes[DeflateTables.EndOfBlock], lengths[DeflateTables.EndOfBlock]);
    }

    void WriteMatch(ref BitOutput output, int bytes, int distance)
    {
        var (symbol, extraBits, extra) = DeflateTables.Length(bytes);
        output.Write(_literals.Codes[symbol] | (uint)extra << _literals.Lengths[symbol], _literals.Lengths[symbol] + extraBits);
        (symbol, extraBits, extra) = DeflateTables.Distance(BytesPerValue * distance);
        output.Write(_distances.Codes[symbol] | (uint)extra << _distances.Lengths[symbol], _distances.Lengths[symbol] + extraBits);
    }
}
