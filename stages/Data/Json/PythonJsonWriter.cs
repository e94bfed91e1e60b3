using System.Buffers;
using System.Text;

namespace Llava.Data.Json;

/// <summary>
/// Writes what Python's <c>json.dumps</c> writes with its defaults: ASCII with <c>\uXXXX</c> (surrogate pairs, DEL too),
/// <c>", "</c> between items and <c>": "</c> behind keys. System.Text.Json escapes other characters and spaces nothing.
/// </summary>
public sealed class PythonJsonWriter(IBufferWriter<byte> output)
{
    const int PiecesOfCharacters = 4096;

    static readonly SearchValues<char> PlainCharacters = SearchValues.Create([.. Enumerable.Range(0x20, 0x5f).Select(code => (char)code).Where(character => character is not ('"' or '\\'))]);

    public void Write(PythonValue value)
    {
        switch (value)
        {
            case PythonValue.Text text:
                WriteText(text.Value);
                break;
            case PythonValue.Number number:
                WriteAscii(number.Literal);
                break;
            case PythonValue.Boolean boolean:
                WriteRaw(boolean == PythonValue.Boolean.True ? "true"u8 : "false"u8);
                break;
            case PythonValue.Null:
                WriteRaw("null"u8);
                break;
            case PythonValue.List list:
                WriteList(list);
                break;
            case PythonValue.Dictionary dictionary:
                WriteDictionary(dictionary);
                break;
        }
    }

    public void WriteRaw(ReadOnlySpan<byte> ascii) => output.Write(ascii);

    public void WriteText(ReadOnlySpan<char> text)
    {
        WriteRaw("\""u8);
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAnyExcept(PlainCharacters);
            WriteAscii(plain < 0 ? text : text[..plain]);
            if (plain < 0)
                break;
            WriteEscaped(text[plain]);
            text = text[(plain + 1)..];
        }
        WriteRaw("\""u8);
    }

    void WriteList(PythonValue.List list)
    {
        WriteRaw("["u8);
        for (var item = 0; item < list.Items.Count; item++)
        {
            if (item > 0)
                WriteRaw(", "u8);
            Write(list.Items[item]);
        }
        WriteRaw("]"u8);
    }

    void WriteDictionary(PythonValue.Dictionary dictionary)
    {
        WriteRaw("{"u8);
        var isFirst = true;
        foreach (var (key, value) in dictionary.Entries)
        {
            if (!isFirst)
                WriteRaw(", "u8);
            isFirst = false;
            WriteText(key);
            WriteRaw(": "u8);
            Write(value);
        }
        WriteRaw("}"u8);
    }

    void WriteEscaped(char character)
    {
        switch (character)
        {
            case '"': WriteRaw("\\\""u8); break;
            case '\\': WriteRaw("\\\\"u8); break;
            case '\n': WriteRaw("\\n"u8); break;
            case '\r': WriteRaw("\\r"u8); break;
            case '\t': WriteRaw("\\t"u8); break;
            case '\b': WriteRaw("\\b"u8); break;
            case '\f': WriteRaw("\\f"u8); break;
            default: WriteCodeUnit(character); break;
        }
    }

    void WriteCodeUnit(char character)
    {
        var span = output.GetSpan(6);
        span[0] = (byte)'\\';
        span[1] = (byte)'u';
        for (var digit = 0; digit < 4; digit++)
            span[2 + digit] = "0123456789abcdef"u8[(character >> (12 - 4 * digit)) & 0xf];
        output.Advance(6);
    }

    void WriteAscii(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var piece = text[..Math.Min(text.Length, PiecesOfCharacters)];
            output.Advance(Encoding.ASCII.GetBytes(piece, output.GetSpan(piece.Length)));
            text = text[piece.Length..];
        }
    }
}
