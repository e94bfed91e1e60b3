namespace Llava.Preprocess.Parquet.Pages;

/// <summary>Parquet's hybrid of run lengths and bit packing: levels, and places in a dictionary.</summary>
/// <param name="bitWidth">Of a value, 0 to 32.</param>
sealed class RunLengthReader(Stream input, int bitWidth)
{
    long _runLeft;
    long _packedLeft;
    uint _runValue;
    ulong _bits;
    int _bitCount;

    public uint Next()
    {
        if (bitWidth == 0)
            return 0;
        if (_runLeft == 0 && _packedLeft == 0)
            BeginRun();
        if (_runLeft > 0)
        {
            _runLeft--;
            return _runValue;
        }
        _packedLeft--;
        while (_bitCount < bitWidth)
        {
            _bits |= (ulong)RequiredByte() << _bitCount;
            _bitCount += 8;
        }
        var value = (uint)(_bits & ((1UL << bitWidth) - 1));
        _bits >>= bitWidth;
        _bitCount -= bitWidth;
        return value;
    }

    void BeginRun()
    {
        var header = Varint();
        if ((header & 1) == 1)
        {
            (_packedLeft, _bits, _bitCount) = ((header >> 1) * 8, 0, 0);
        }
        else
        {
            (_runLeft, _runValue) = (header >> 1, 0);
            for (var place = 0; place < (bitWidth + 7) / 8; place++)
                _runValue |= (uint)RequiredByte() << (8 * place);
        }
        if (header < 2)
            throw new InvalidDataException("a run of no values");
    }

    long Varint()
    {
        long value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var part = RequiredByte();
            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
        throw new InvalidDataException("a run's length has no end");
    }

    int RequiredByte() => input.ReadByte() is >= 0 and var value ? value : throw new EndOfStreamException("a run ends too early");
}
