namespace Llava.Preprocess.Parquet.Pages;

/// <summary>Thrift's compact protocol as far as page headers need it: numbers are kept by field, nested structs are asked for, the rest is skipped.</summary>
sealed class CompactThrift(Stream input)
{
    const int MaximumDepth = 16;

    enum Kind
    {
        Stop,
        True,
        False,
        Byte,
        Int16,
        Int32,
        Int64,
        Double,
        Binary,
        List,
        Set,
        Map,
        Struct,
    }

    /// <summary>The numbers and booleans of a struct by field, those of a struct inside it by (field × 100 + field).</summary>
    public Dictionary<int, long> ReadStruct()
    {
        var fields = new Dictionary<int, long>();
        ReadStruct(fields, 0, 0);
        return fields;
    }

    void ReadStruct(Dictionary<int, long> fields, int prefix, int depth)
    {
        if (depth > MaximumDepth)
            throw new InvalidDataException("a page header nests too deeply");
        for (var id = 0; Next(ref id) is var kind && kind != Kind.Stop;)
        {
            switch (kind)
            {
                case Kind.True or Kind.False:
                    fields[prefix + id] = kind == Kind.True ? 1 : 0;
                    break;
                case Kind.Int16 or Kind.Int32 or Kind.Int64:
                    fields[prefix + id] = ZigZag();
                    break;
                case Kind.Struct when depth == 0:
                    ReadStruct(fields, id * 100, depth + 1);
                    break;
                default:
                    Skip(kind, depth);
                    break;
            }
        }
    }

    Kind Next(ref int id)
    {
        var head = RequiredByte();
        if (head == 0)
            return Kind.Stop;
        id = head >> 4 == 0 ? (int)ZigZag() : id + (head >> 4);
        return (Kind)(head & 0xf);
    }

    void Skip(Kind kind, int depth)
    {
        if (depth > MaximumDepth)
            throw new InvalidDataException("a page header nests too deeply");
        switch (kind)
        {
            case Kind.True or Kind.False:
                break;
            case Kind.Byte:
                RequiredByte();
                break;
            case Kind.Int16 or Kind.Int32 or Kind.Int64:
                Varint();
                break;
            case Kind.Double:
                SkipBytes(8);
                break;
            case Kind.Binary:
                SkipBytes(Varint());
                break;
            case Kind.Struct:
                for (var id = 0; Next(ref id) is var inner && inner != Kind.Stop;)
                    Skip(inner, depth + 1);
                break;
            default:
                throw new InvalidDataException("a page header holds what page headers never do");
        }
    }

    void SkipBytes(long count)
    {
        for (; count > 0; count--)
            RequiredByte();
    }

    long ZigZag() => Varint() is var value ? (value >> 1) ^ -(value & 1) : 0;

    long Varint()
    {
        long value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = RequiredByte();
            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
        throw new InvalidDataException("a number in a page header has no end");
    }

    int RequiredByte() => input.ReadByte() is >= 0 and var value ? value : throw new EndOfStreamException("a page header ends too early");
}
