using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Llava.Data.Json;

/// <summary>
/// Parses one JSON document the way Python's <c>json.loads</c> does. System.Text.Json cannot stand in: it refuses NaN and
/// lone surrogates (<c>"\ud800"</c>), both of which the reference reads and writes again.
/// </summary>
public ref struct PythonJsonParser
{
    public const int MaximumDepth = 256;

    static readonly SearchValues<byte> StringStops = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    readonly ReadOnlySpan<byte> _json;
    int _position;
    int _depth;

    PythonJsonParser(ReadOnlySpan<byte> json) => _json = json;

    /// <exception cref="JsonSyntaxException">The text is not one JSON value, is not UTF-8, or nests deeper than <see cref="MaximumDepth"/>.</exception>
    public static PythonValue Parse(ReadOnlySpan<byte> utf8)
    {
        var parser = new PythonJsonParser(utf8);
        parser.SkipWhitespace();
        var value = parser.ReadValue();
        parser.SkipWhitespace();
        if (parser._position < utf8.Length)
            throw parser.Unexpected("the end of the text");
        return value;
    }

    PythonValue ReadValue() => Peek() switch
    {
        (byte)'"' => new PythonValue.Text(ReadString()),
        (byte)'{' => ReadDictionary(),
        (byte)'[' => ReadList(),
        (byte)'t' => ReadWord("true"u8, PythonValue.Boolean.True),
        (byte)'f' => ReadWord("false"u8, PythonValue.Boolean.False),
        (byte)'n' => ReadWord("null"u8, PythonValue.Null.Instance),
        (byte)'N' => ReadWord("NaN"u8, new PythonValue.Number("NaN")),
        (byte)'I' => ReadWord("Infinity"u8, new PythonValue.Number("Infinity")),
        (byte)'-' when _json[_position..].StartsWith("-Infinity"u8) => ReadWord("-Infinity"u8, new PythonValue.Number("-Infinity")),
        (byte)'-' or (>= (byte)'0' and <= (byte)'9') => ReadNumber(),
        _ => throw Unexpected("a value"),
    };

    PythonValue.Dictionary ReadDictionary()
    {
        var entries = new OrderedDictionary<string, PythonValue>(StringComparer.Ordinal);
        Open();
        while (!Closes((byte)'}', entries.Count == 0))
        {
            if (Peek() != '"')
                throw Unexpected("a key in double quotes");
            var key = ReadString();
            SkipWhitespace();
            Take((byte)':', "a colon");
            SkipWhitespace();
            entries[key] = ReadValue();
        }
        return new PythonValue.Dictionary(entries);
    }

    PythonValue.List ReadList()
    {
        var items = new List<PythonValue>();
        Open();
        while (!Closes((byte)']', items.Count == 0))
            items.Add(ReadValue());
        return new PythonValue.List(items);
    }

    void Open()
    {
        if (++_depth > MaximumDepth)
            throw new JsonSyntaxException($"nested deeper than {MaximumDepth} levels", _position);
        _position++;
    }

    /// <summary>Stands before the next item, comma behind it, or past the closing bracket.</summary>
    bool Closes(byte bracket, bool isFirst)
    {
        SkipWhitespace();
        if (Peek() == bracket)
        {
            _position++;
            _depth--;
            return true;
        }
        if (isFirst)
            return false;
        Take((byte)',', "a comma");
        SkipWhitespace();
        return false;
    }

    string ReadString()
    {
        var start = ++_position;
        var length = _json[start..].IndexOfAny(StringStops);
        if (length >= 0 && _json[start + length] == '"')
        {
            _position = start + length + 1;
            return Decode(_json.Slice(start, length), start);
        }
        return ReadEscapedString(start);
    }

    string ReadEscapedString(int start)
    {
        _position = start;
        var units = ArrayPool<char>.Shared.Rent(Math.Max(256, LengthOfString(start)));
        try
        {
            return new string(units, 0, ReadEscapedString(start, units));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(units);
        }
    }

    /// <summary>Bytes up to the closing quote, or the end: an upper bound of the text's length.</summary>
    readonly int LengthOfString(int start)
    {
        for (var position = start; position < _json.Length; position += 2)
        {
            var stop = _json[position..].IndexOfAny((byte)'"', (byte)'\\');
            position = stop < 0 ? _json.Length : position + stop;
            if (stop >= 0 && _json[position] == '"')
                return position - start;
        }
        return _json.Length - start;
    }

    int ReadEscapedString(int start, Span<char> units)
    {
        for (var used = 0; ;)
        {
            var length = _json[_position..].IndexOfAny(StringStops);
            if (length < 0)
                throw new JsonSyntaxException("a string has no end", start);
            used += Decode(_json.Slice(_position, length), _position, units[used..]);
            _position += length;
            switch (_json[_position])
            {
                case (byte)'"':
                    _position++;
                    return used;
                case (byte)'\\':
                    units[used++] = ReadEscape();
                    break;
                default:
                    throw new JsonSyntaxException($"a control character (0x{_json[_position]:x2}) in a string", _position);
            }
        }
    }

    char ReadEscape()
    {
        _position++;
        var letter = Peek();
        _position++;
        return letter switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => (char)letter,
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            (byte)'u' => ReadCodeUnit(),
            _ => throw new JsonSyntaxException("an unknown escape in a string", _position - 2),
        };
    }

    char ReadCodeUnit()
    {
        if (_position + 4 > _json.Length || !ushort.TryParse(_json.Slice(_position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            throw new JsonSyntaxException("\\u is not followed by four hexadecimal digits", _position - 2);
        _position += 4;
        return (char)unit;
    }

    static string Decode(ReadOnlySpan<byte> utf8, int offset)
    {
        if (!Utf8.IsValid(utf8))
            throw new JsonSyntaxException("a string is not UTF-8", offset);
        return Encoding.UTF8.GetString(utf8);
    }

    static int Decode(ReadOnlySpan<byte> utf8, int offset, Span<char> units)
    {
        if (Utf8.ToUtf16(utf8, units, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
            throw new JsonSyntaxException("a string is not UTF-8", offset);
        return written;
    }

    PythonValue.Number ReadNumber()
    {
        var start = _position;
        if (Peek() == '-')
            _position++;
        if (Peek() == '0')
            _position++;
        else
            SkipDigits();
        var isFloat = SkipFraction() | SkipExponent();
        var literal = _json[start.._position];
        return new PythonValue.Number(isFloat ? PythonFloat.Repr(double.Parse(literal, CultureInfo.InvariantCulture)) : literal is [(byte)'-', (byte)'0'] ? "0" : Encoding.ASCII.GetString(literal));
    }

    bool SkipFraction()
    {
        if (_position + 1 >= _json.Length || _json[_position] != '.' || !char.IsAsciiDigit((char)_json[_position + 1]))
            return false;
        _position++;
        SkipDigits();
        return true;
    }

    bool SkipExponent()
    {
        var next = _position;
        if (next >= _json.Length || (_json[next] | 0x20) != 'e')
            return false;
        next++;
        if (next < _json.Length && _json[next] is (byte)'+' or (byte)'-')
            next++;
        if (next >= _json.Length || !char.IsAsciiDigit((char)_json[next]))
            return false;
        _position = next;
        SkipDigits();
        return true;
    }

    void SkipDigits()
    {
        if (!char.IsAsciiDigit((char)Peek()))
            throw Unexpected("a digit");
        var length = _json[_position..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        _position = length < 0 ? _json.Length : _position + length;
    }

    PythonValue ReadWord(ReadOnlySpan<byte> word, PythonValue value)
    {
        if (!_json[_position..].StartsWith(word))
            throw Unexpected("a value");
        _position += word.Length;
        return value;
    }

    void Take(byte expected, string what)
    {
        if (Peek() != expected)
            throw Unexpected(what);
        _position++;
    }

    /// <summary>0 stands for the end: no JSON token begins with it.</summary>
    readonly byte Peek() => _position < _json.Length ? _json[_position] : (byte)0;

    void SkipWhitespace()
    {
        while (_position < _json.Length && _json[_position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            _position++;
    }

    readonly JsonSyntaxException Unexpected(string expected) => new(
        _position < _json.Length ? $"expected {expected} at byte {_position + 1}" : $"expected {expected} but the text ends",
        _position);
}
