using System.Buffers.Binary;

namespace Llava.H5Reading;

/// <summary>
/// HDF5's registered filter 32004: the whole size and the block size, big-endian, then blocks of the LZ4 block format
/// (github.com/lz4/lz4, lz4_Block_format.md), each behind its stored size. A block that would not shrink is stored as it is.
/// </summary>
static class Lz4Filter
{
    const int HeaderBytes = 12, MinimumMatch = 4;

    /// <summary>False where the bytes are not a whole stream of exactly <paramref name="output"/>'s length.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> stored, Span<byte> output)
    {
        if (stored.Length < HeaderBytes || BinaryPrimitives.ReadUInt64BigEndian(stored) != (ulong)output.Length)
            return false;
        var blockBytes = BinaryPrimitives.ReadInt32BigEndian(stored[8..]);
        stored = stored[HeaderBytes..];
        while (output.Length > 0)
        {
            if (blockBytes < 1 || stored.Length < 4)
                return false;
            var length = BinaryPrimitives.ReadInt32BigEndian(stored);
            var block = output[..Math.Min(blockBytes, output.Length)];
            stored = stored[4..];
            if (length < 0 || length > stored.Length)
                return false;
            if (length == block.Length)
                stored[..length].CopyTo(block);
            else if (!TryDecodeBlock(stored[..length], block))
                return false;
            stored = stored[length..];
            output = output[block.Length..];
        }
        return true;
    }

    static bool TryDecodeBlock(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var (from, to) = (0, 0);
        while (from < input.Length)
        {
            int token = input[from++];
            if (!TryReadLength(input, ref from, token >> 4, out var literals) || literals > input.Length - from || literals > output.Length - to)
                return false;
            input.Slice(from, literals).CopyTo(output[to..]);
            (from, to) = (from + literals, to + literals);
            if (from == input.Length)
                return to == output.Length;
            if (input.Length - from < 2)
                return false;
            var distance = BinaryPrimitives.ReadUInt16LittleEndian(input[from..]);
            from += 2;
            if (!TryReadLength(input, ref from, token & 15, out var match) || distance == 0 || distance > to || match > output.Length - to - MinimumMatch)
                return false;
            Repeat(output, to, distance, match + MinimumMatch);
            to += match + MinimumMatch;
        }
        return false;
    }

    // 15 says that more follows: bytes to be added up, the last of them below 255.
    static bool TryReadLength(ReadOnlySpan<byte> input, ref int from, int length, out int total)
    {
        total = length;
        for (var more = length == 15; more;)
        {
            if (from >= input.Length || total > int.MaxValue - 255)
                return false;
            total += input[from];
            more = input[from++] == 255;
        }
        return true;
    }

    // A match may reach into what it writes itself.
    static void Repeat(Span<byte> output, int to, int distance, int length)
    {
        if (distance >= length)
        {
            output.Slice(to - distance, length).CopyTo(output[to..]);
            return;
        }
        for (var end = to + length; to < end; to++)
            output[to] = output[to - distance];
    }
}
