namespace Llava.Preprocess.Conversion;

/// <summary>Finds fields of a line that this stage has written, without parsing what lies between: <c>{"key": value, …}</c>.</summary>
static class TopLevelFields
{
    /// <summary>The raw JSON of the two fields; empty where there is none. Reading ends with the second.</summary>
    public static void Find(ReadOnlySpan<byte> line, ReadOnlySpan<byte> firstKey, ReadOnlySpan<byte> secondKey, out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second)
    {
        first = second = default;
        for (var position = 1; position < line.Length && line[0] == '{' && (first.IsEmpty || second.IsEmpty);)
        {
            var keyEnd = EndOfValue(line, position);
            var key = line[position..keyEnd].Trim((byte)'"');
            var valueStart = keyEnd + ": ".Length;
            if (valueStart >= line.Length)
                return;
            var valueEnd = EndOfValue(line, valueStart);
            if (key.SequenceEqual(firstKey))
                first = line[valueStart..valueEnd];
            else if (key.SequenceEqual(secondKey))
                second = line[valueStart..valueEnd];
            position = valueEnd + ", ".Length;
        }
    }

    static int EndOfValue(ReadOnlySpan<byte> line, int start)
    {
        var depth = 0;
        for (var position = start; position < line.Length;)
        {
            var found = line[position..].IndexOfAny("\"{}[],"u8);
            if (found < 0)
                return line.Length;
            position += found;
            switch (line[position])
            {
                case (byte)'"':
                    position = EndOfText(line, position);
                    if (depth == 0)
                        return position;
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)',' when depth == 0:
                    return position;
                case (byte)'}' or (byte)']' when depth == 0:
                    return position;
                case (byte)'}' or (byte)']' when --depth == 0:
                    return position + 1;
            }
            position++;
        }
        return line.Length;
    }

    /// <summary>Behind the closing quote of the text that starts here.</summary>
    static int EndOfText(ReadOnlySpan<byte> line, int start)
    {
        for (var position = start + 1; position < line.Length; position++)
        {
            var found = line[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
                return line.Length;
            position += found;
            if (line[position] == '"')
                return position + 1;
            position++;
        }
        return line.Length;
    }
}
