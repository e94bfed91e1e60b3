using System.Buffers.Binary;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>Zip's CRC-32, eight bytes a step (slicing-by-8: Kounavis and Berry, 2005).</summary>
sealed class Crc32
{
    static readonly uint[][] Tables = BuildTables();

    uint _state = uint.MaxValue;

    public uint Value => ~_state;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var crc = _state;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7][low & 255] ^ Tables[6][(low >> 8) & 255] ^ Tables[5][(low >> 16) & 255] ^ Tables[4][low >> 24]
                ^ Tables[3][high & 255] ^ Tables[2][(high >> 8) & 255] ^ Tables[1][(high >> 16) & 255] ^ Tables[0][high >> 24];
        }
        foreach (var value in bytes)
            crc = (crc >> 8) ^ Tables[0][(crc ^ value) & 255];
        _state = crc;
    }

    static uint[][] BuildTables()
    {
        uint[][] tables = [.. Enumerable.Range(0, 8).Select(_ => new uint[256])];
        for (uint i = 0; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
            tables[0][i] = crc;
        }
        for (var i = 0; i < 256; i++)
        {
            for (var table = 1; table < 8; table++)
                tables[table][i] = (tables[table - 1][i] >> 8) ^ tables[0][tables[table - 1][i] & 255];
        }
        return tables;
    }
}
