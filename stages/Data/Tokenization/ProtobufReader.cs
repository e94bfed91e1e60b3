using System.Buffers.Binary;

namespace Llava.Data.Tokenization;

/// <summary>Walks the fields of one protobuf message. A cut or malformed message is an <see cref="InvalidDataException"/>.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that <see cref="Next"/> stands on.</summary>
    public int Number { get; private set; }

    /// <summary>A varint's value, or the raw bits of a fixed-width field.</summary>
    public ulong Scalar { get; private set; }

    /// <summary>A string's, byte string's or nested message's content.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)Scalar);

    public readonly bool Boolean => Scalar != 0;

    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        var key = ReadVarint();
        Number = (int)(key >> 3);
        Bytes = default;
        Scalar = 0;
        switch (key & 7)
        {
            case 0: Scalar = ReadVarint(); break;
            case 1: Scalar = BinaryPrimitives.ReadUInt64LittleEndian(Take(8)); break;
            case 2: Bytes = Take(ReadVarint()); break;
            case 5: Scalar = BinaryPrimitives.ReadUInt32LittleEndian(Take(4)); break;
            default: throw new InvalidDataException($"field {Number} has the unknown wire type {key & 7}");
        }
        return true;
    }

    ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw new InvalidDataException("a number is longer than 64 bits");
    }

    ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
            throw new InvalidDataException("it ends in the middle of a field");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
