namespace Llava.Data.Images;

/// <summary>GIF's compression: codes of 3 to 12 bits, least significant bit first, in blocks of up to 255 bytes.</summary>
ref struct LzwDecoder
{
    const int MaximumCodes = 4096;

    readonly PixelLimit _limit;
    readonly int _clearCode;
    readonly int _minimumBits;
    readonly ushort[] _prefixes = new ushort[MaximumCodes];
    readonly byte[] _suffixes = new byte[MaximumCodes];
    readonly byte[] _stack = new byte[MaximumCodes + 1];

    LzwDecoder(int dataBits, PixelLimit limit)
    {
        _limit = limit;
        _clearCode = 1 << dataBits;
        _minimumBits = dataBits + 1;
    }

    /// <summary>Stops at the end code, at the last block or when <paramref name="indices"/> are full, as Pillow does.</summary>
    public static void Decode(ref ByteReader reader, Span<byte> indices, PixelLimit limit)
    {
        int dataBits = reader.Byte();
        if (dataBits is < 1 or > 11)
            throw limit.Corrupt($"LZW codes of {dataBits} bits");
        new LzwDecoder(dataBits, limit).Run(ref reader, indices);
    }

    readonly void Run(ref ByteReader reader, Span<byte> indices)
    {
        var codes = new CodeStream();
        int nextCode = _clearCode + 2, bits = _minimumBits, previous = -1, written = 0;
        byte first = 0;
        while (written < indices.Length)
        {
            var code = codes.Read(ref reader, bits);
            if (code < 0 || code == _clearCode + 1)
                return;
            if (code == _clearCode)
            {
                (nextCode, bits, previous) = (_clearCode + 2, _minimumBits, -1);
                continue;
            }
            if (code > nextCode || (code == nextCode && previous < 0) || (previous < 0 && code > _clearCode))
                throw _limit.Corrupt($"LZW code {code} before its definition");
            var text = code == nextCode ? Expand(previous, first) : Expand(code, null);
            first = text[0];
            if (previous >= 0 && nextCode < MaximumCodes)
            {
                (_prefixes[nextCode], _suffixes[nextCode]) = ((ushort)previous, first);
                if (++nextCode == 1 << bits && bits < 12)
                    bits++;
            }
            previous = code;
            var count = Math.Min(text.Length, indices.Length - written);
            text[..count].CopyTo(indices[written..]);
            written += count;
        }
    }

    /// <summary>The bytes of <paramref name="code"/>, and one more where a code stands for its own definition.</summary>
    readonly ReadOnlySpan<byte> Expand(int code, byte? last)
    {
        var start = _stack.Length;
        if (last is { } extra)
            _stack[--start] = extra;
        for (; code > _clearCode; code = _prefixes[code])
            _stack[--start] = _suffixes[code];
        _stack[--start] = (byte)code;
        return _stack.AsSpan(start);
    }

    struct CodeStream
    {
        uint _bits;
        int _bitCount;
        int _bytesLeftInBlock;

        /// <returns>-1 after the last block.</returns>
        public int Read(ref ByteReader reader, int bits)
        {
            while (_bitCount < bits)
            {
                if (_bytesLeftInBlock == 0 && (_bytesLeftInBlock = reader.Byte()) == 0)
                    return -1;
                _bits |= (uint)reader.Byte() << _bitCount;
                _bitCount += 8;
                _bytesLeftInBlock--;
            }
            var code = (int)(_bits & ((1u << bits) - 1));
            _bits >>= bits;
            _bitCount -= bits;
            return code;
        }
    }
}
