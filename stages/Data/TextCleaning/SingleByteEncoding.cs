namespace Llava.Data.TextCleaning;

/// <summary>
/// An encoding of one byte a character in which UTF-8 may have been misread. The "sloppy" ones read U+FFFD as byte 1A: a place
/// where a byte was lost.
/// </summary>
internal sealed class SingleByteEncoding
{
    const char Substitute = '\u001A';
    const char Replacement = '\uFFFD';

    readonly Dictionary<char, byte> _bytes = [];

    SingleByteEncoding(string upperHalf, bool isSloppy)
    {
        IsSloppy = isSloppy;
        UpperHalf = upperHalf;
        for (var value = 0; value < 0x80; value++)
            _bytes[(char)value] = (byte)value;
        for (var index = 0; index < upperHalf.Length; index++)
            _bytes[upperHalf[index]] = (byte)(0x80 + index);
        if (!isSloppy)
            return;
        _bytes.Remove(Substitute);
        _bytes[Replacement] = (byte)Substitute;
    }

    public static SingleByteEncoding Latin1 { get; } = new(string.Concat(Enumerable.Range(0x80, 0x80).Select(value => (char)value)), isSloppy: false);

    public static SingleByteEncoding Windows1252 { get; } = new(SingleByteTables.Windows1252, isSloppy: true);

    /// <summary>In the order in which they are tried.</summary>
    public static IReadOnlyList<SingleByteEncoding> All { get; } =
    [
        Latin1,
        Windows1252,
        new(SingleByteTables.Windows1251, isSloppy: true),
        new(SingleByteTables.Windows1250, isSloppy: true),
        new(SingleByteTables.Windows1253, isSloppy: true),
        new(SingleByteTables.Windows1254, isSloppy: true),
        new(SingleByteTables.Iso8859Part2, isSloppy: false),
        new(SingleByteTables.MacRoman, isSloppy: false),
        new(SingleByteTables.Cp437, isSloppy: false),
    ];

    public bool IsSloppy { get; }

    /// <summary>The characters of bytes 80 to FF.</summary>
    public string UpperHalf { get; }

    /// <summary>The bytes of a text, one char each so that regular expressions can work on them; null where a character has none.</summary>
    public string? Encode(string text)
    {
        var bytes = new char[text.Length];
        for (var index = 0; index < text.Length; index++)
        {
            if (!_bytes.TryGetValue(text[index], out var value))
                return null;
            bytes[index] = (char)value;
        }
        return new string(bytes);
    }
}
