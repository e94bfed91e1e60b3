using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Llava.Data.Json;

/// <summary>
/// The short way from a JSON value to what <see cref="PythonJsonParser"/> and <see cref="PythonJsonWriter"/> make of it together: bytes that stay the same
/// are copied, nothing is allocated. Whatever is out of the ordinary (an error, a repeated key, deep nesting) is left to those two.
/// </summary>
public ref struct PythonJsonCopy
{
    const int MaximumDepth = 32;
    const int MaximumKeys = 128;
    const int MaximumBytes = 4 << 20;

    // A two-byte or four-byte character becomes three times as long; floats are checked when they come.
    const int GrowthFactor = 3;
    const int LongestFloatBytes = 32;

    static readonly SearchValues<byte> PlainBytes = SearchValues.Create([.. Enumerable.Range(0x20, 0x5f).Select(code => (byte)code).Where(code => code is not ((byte)'"' or (byte)'\\'))]);

    readonly ReadOnlySpan<byte> _json;
    readonly Span<byte> _output;
    readonly Span<Range> _keys;
    int _read;
    int _written;
    int _keyCount;
    int _depth;

    PythonJsonCopy(ReadOnlySpan<byte> json, Span<byte> output, Span<Range> keys)
    {
        _json = json;
        _output = output;
        _keys = keys;
    }

    /// <summary>How long the output given to <see cref="TryCopy"/> has to be.</summary>
    public static int RoomFor(int jsonBytes) => jsonBytes > MaximumBytes ? 0 : GrowthFactor * jsonBytes + LongestFloatBytes;

    /// <returns>Bytes written; -1 where the value has to be parsed, and the output's content means nothing.</returns>
    public static int TryCopy(ReadOnlySpan<byte> json, Span<byte> output)
    {
        if (json.Length > MaximumBytes)
            return -1;
        var copy = new PythonJsonCopy(json, output, stackalloc Range[MaximumKeys]);
        copy.SkipWhitespace();
        if (!copy.CopyValue())
            return -1;
        copy.SkipWhitespace();
        return copy._read == json.Length ? copy._written : -1;
    }

    bool CopyValue() => Peek() switch
    {
        (byte)'"' => CopyText(),
        (byte)'{' => CopyDictionary(),
        (byte)'[' => CopyList(),
        (byte)'t' => CopyWord("true"u8),
        (byte)'f' => CopyWord("false"u8),
        (byte)'n' => CopyWord("null"u8),
        (byte)'-' or (>= (byte)'0' and <= (byte)'9') => CopyNumber(),
        _ => false,
    };

    bool CopyDictionary()
    {
        if (++_depth > MaximumDepth)
            return false;
        var firstKey = _keyCount;
        Put((byte)'{');
        for (_read++; !Closes((byte)'}', isFirst: _keyCount == firstKey, out var isBad);)
        {
            if (isBad || !CopyKey(firstKey))
                return false;
            SkipWhitespace();
            if (Peek() != ':')
                return false;
            _read++;
            Put(": "u8);
            SkipWhitespace();
            if (!CopyValue())
                return false;
        }
        _keyCount = firstKey;
        _depth--;
        return true;
    }

    bool CopyList()
    {
        if (++_depth > MaximumDepth)
            return false;
        Put((byte)'[');
        var isFirst = true;
        for (_read++; !Closes((byte)']', isFirst, out var isBad); isFirst = false)
        {
            if (isBad || !CopyValue())
                return false;
        }
        _depth--;
        return true;
    }

    /// <summary>Stands before the next item, comma behind it, or past the closing bracket.</summary>
    bool Closes(byte bracket, bool isFirst, out bool isBad)
    {
        isBad = false;
        SkipWhitespace();
        if (Peek() == bracket)
        {
            _read++;
            Put(bracket);
            return true;
        }
        if (isFirst)
            return false;
        isBad = Peek() != ',';
        _read++;
        Put(", "u8);
        SkipWhitespace();
        return false;
    }

    /// <summary>False for a key that this object has already, or may have in other words.</summary>
    bool CopyKey(int firstKey)
    {
        var start = _read + 1;
        if (Peek() != '"' || _keyCount == MaximumKeys || !CopyText())
            return false;
        var key = _json[start..(_read - 1)];
        if (key.Contains((byte)'\\'))
            return false;
        foreach (var other in _keys[firstKey.._keyCount])
        {
            if (_json[other].SequenceEqual(key))
                return false;
        }
        _keys[_keyCount++] = start..(_read - 1);
        return true;
    }

    bool CopyText()
    {
        Put((byte)'"');
        for (_read++; ;)
        {
            var rest = _json[_read..];
            var plain = rest.IndexOfAnyExcept(PlainBytes);
            if (plain < 0)
                return false;
            Put(rest[..plain]);
            _read += plain;
            switch (rest[plain])
            {
                case (byte)'"':
                    _read++;
                    Put((byte)'"');
                    return true;
                case (byte)'\\' when CopyEscape():
                    break;
                case >= 0x80 when CopyCharacter():
                    break;
                default:
                    return false;
            }
        }
    }

    bool CopyEscape()
    {
        var letter = _read + 1 < _json.Length ? _json[_read + 1] : (byte)0;
        switch (letter)
        {
            case (byte)'"' or (byte)'\\' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                Put(_json.Slice(_read, 2));
                _read += 2;
                return true;
            case (byte)'/':
                Put((byte)'/');
                _read += 2;
                return true;
            case (byte)'u' when _read + 6 <= _json.Length && Utf8Parser.TryParse(_json.Slice(_read + 2, 4), out ushort unit, out var digits, 'x') && digits == 4:
                PutCodeUnit((char)unit);
                _read += 6;
                return true;
            default:
                return false;
        }
    }

    bool CopyCharacter()
    {
        if (Rune.DecodeFromUtf8(_json[_read..], out var rune, out var length) != OperationStatus.Done)
            return false;
        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
            PutCodeUnit(unit);
        _read += length;
        return true;
    }

    bool CopyNumber()
    {
        var length = _json[_read..].IndexOfAnyExcept("0123456789+-.eE"u8);
        var literal = length < 0 ? _json[_read..] : _json.Slice(_read, length);
        var digits = literal[0] == '-' ? literal[1..] : literal;
        var isInteger = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
        if (digits.IsEmpty || digits is [(byte)'0', >= (byte)'0' and <= (byte)'9', ..] || (isInteger && literal is [(byte)'-', (byte)'0']))
            return false;
        _read += literal.Length;
        if (!isInteger)
            return CopyFloat(literal, digits);
        Put(literal);
        return true;
    }

    bool CopyFloat(ReadOnlySpan<byte> literal, ReadOnlySpan<byte> digits)
    {
        // Forms that Python's grammar does not know end in the parser's own words.
        var isUsual = digits[0] is >= (byte)'0' and <= (byte)'9' && digits[^1] is >= (byte)'0' and <= (byte)'9' && !digits.ContainsAny("+-eE"u8) && digits.Count((byte)'.') == 1;
        if (!isUsual || !Utf8Parser.TryParse(literal, out double value, out var length) || length != literal.Length)
            return false;
        if (_output.Length - _written < LongestFloatBytes + GrowthFactor * (_json.Length - _read))
            return false;
        _written += Encoding.ASCII.GetBytes(PythonFloat.Repr(value), _output[_written..]);
        return true;
    }

    bool CopyWord(ReadOnlySpan<byte> word)
    {
        if (!_json[_read..].StartsWith(word))
            return false;
        _read += word.Length;
        Put(word);
        return true;
    }

    void PutCodeUnit(char unit)
    {
        switch (unit)
        {
            case '"': Put("\\\""u8); break;
            case '\\': Put("\\\\"u8); break;
            case '\n': Put("\\n"u8); break;
            case '\r': Put("\\r"u8); break;
            case '\t': Put("\\t"u8); break;
            case '\b': Put("\\b"u8); break;
            case '\f': Put("\\f"u8); break;
            case >= ' ' and <= '~': Put((byte)unit); break;
            default:
                Put("\\u"u8);
                for (var shift = 12; shift >= 0; shift -= 4)
                    Put("0123456789abcdef"u8[(unit >> shift) & 0xf]);
                break;
        }
    }

    void Put(byte value) => _output[_written++] = value;

    void Put(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_output[_written..]);
        _written += bytes.Length;
    }

    /// <summary>0 stands for the end: no JSON token begins with it.</summary>
    readonly byte Peek() => _read < _json.Length ? _json[_read] : (byte)0;

    void SkipWhitespace()
    {
        while (_read < _json.Length && _json[_read] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            _read++;
    }
}
