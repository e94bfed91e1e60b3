namespace Llava.Conversion.Tokenizers;

/// <summary>How many pieces a SentencePiece model has: the messages in field 1 of its protobuf.</summary>
static class SentencePieceLength
{
    const int PiecesTag = (1 << 3) | 2;

    /// <summary>Null where the file is not such a protobuf.</summary>
    public static int? Of(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        var pieces = 0;
        while (bytes.Length > 0)
        {
            if (ReadVarint(ref bytes) is not { } tag || SkipField((int)(tag & 7), ref bytes) is false)
                return null;
            pieces += tag == PiecesTag ? 1 : 0;
        }
        return pieces;
    }

    static bool SkipField(int wireType, ref ReadOnlySpan<byte> bytes)
    {
        ulong? length = wireType switch
        {
            0 => ReadVarint(ref bytes) is null ? null : 0UL,
            1 => 8UL,
            2 => ReadVarint(ref bytes),
            5 => 4UL,
            _ => null,
        };
        if (length is not { } count || count > (ulong)bytes.Length)
            return false;
        bytes = bytes[(int)count..];
        return true;
    }

    static ulong? ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; i < Math.Min(10, bytes.Length); i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }
        return null;
    }
}
