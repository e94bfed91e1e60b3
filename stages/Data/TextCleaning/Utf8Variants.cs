using System.Text;

namespace Llava.Data.TextCleaning;

/// <summary>
/// Strict UTF-8, and two departures from it that other systems write: CESU-8 (a surrogate pair as six bytes) and Java's C0 80 for
/// the character 0. Source: ftfy 6.1.1, utf8_variants.py.
/// </summary>
internal static class Utf8Variants
{
    /// <returns>Null where the bytes, one a char, are no such text.</returns>
    public static string? Decode(string byteChars)
    {
        var bytes = Encoding.Latin1.GetBytes(byteChars);
        var text = new StringBuilder(bytes.Length);
        var plainStart = 0;
        for (var index = 0; index < bytes.Length;)
        {
            var length = VariantAt(bytes.AsSpan(index), out var codePoint);
            if (length == 0)
            {
                index++;
                continue;
            }
            if (!TryAppendStrict(bytes.AsSpan(plainStart..index), text))
                return null;
            text.Append(char.ConvertFromUtf32(codePoint));
            index += length;
            plainStart = index;
        }
        return TryAppendStrict(bytes.AsSpan(plainStart), text) ? text.ToString() : null;
    }

    /// <summary>How many bytes of a variant sequence stand here, 0 for none.</summary>
    static int VariantAt(ReadOnlySpan<byte> bytes, out int codePoint)
    {
        codePoint = 0;
        if (bytes is [0xC0, 0x80, ..] or [0xC0, (byte)'\n'])
            return 2; // the second, at the very end, is a slip of the reference: its pattern's "$" also stands before a final line break
        if (bytes is not [0xED, >= 0xA0 and <= 0xAF, >= 0x80 and <= 0xBF, 0xED, >= 0xB0 and <= 0xBF, >= 0x80 and <= 0xBF, ..])
            return 0;
        codePoint = 0x10000 + ((bytes[1] & 0x0F) << 16) + ((bytes[2] & 0x3F) << 10) + ((bytes[4] & 0x0F) << 6) + (bytes[5] & 0x3F);
        return 6;
    }

    static bool TryAppendStrict(ReadOnlySpan<byte> bytes, StringBuilder text)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            return false;
        text.Append(Encoding.UTF8.GetString(bytes));
        return true;
    }
}
