using System.Buffers;

namespace Llava.Data.Json;

/// <summary>Finds where the JSON value at the front of a window ends, without parsing it; goes on where it stopped when the window grows.</summary>
struct JsonValueBoundary
{
    static readonly SearchValues<byte> Brackets = SearchValues.Create("\"{}[]"u8);
    static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",]}: \n\r\t"u8);

    int _scanned;
    int _depth;
    bool _insideText;

    /// <summary>Length of the value in bytes; throws at a premature end of the file.</summary>
    public static int LengthOf(ByteWindow window)
    {
        var boundary = new JsonValueBoundary();
        while (true)
        {
            if (boundary.Scan(window.Bytes) is var length && length > 0)
                return length;
            if (!window.Grow())
                return boundary._depth == 0 && !boundary._insideText ? window.Bytes.Length : throw JsonArrayReader.CutShort(window);
        }
    }

    /// <summary>0 while the end is not in sight.</summary>
    int Scan(ReadOnlySpan<byte> bytes)
    {
        while (_scanned < bytes.Length)
        {
            if (_insideText)
            {
                if (!SkipText(bytes))
                    return 0;
                if (_depth == 0)
                    return _scanned;
                continue;
            }
            if (_depth == 0 && bytes[0] is not ((byte)'{' or (byte)'[' or (byte)'"'))
                return ScalarLength(bytes);
            var next = bytes[_scanned..].IndexOfAny(Brackets);
            if (next < 0)
            {
                _scanned = bytes.Length;
                return 0;
            }
            _scanned += next + 1;
            switch (bytes[_scanned - 1])
            {
                case (byte)'"':
                    _insideText = true;
                    break;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    break;
                default:
                    if (--_depth == 0)
                        return _scanned;
                    break;
            }
        }
        return 0;
    }

    static int ScalarLength(ReadOnlySpan<byte> bytes) => Math.Max(bytes.IndexOfAny(ScalarEnds), 0);

    /// <summary>True past the closing quote. A backslash at the end of the window waits for the byte behind it.</summary>
    bool SkipText(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var next = bytes[_scanned..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                _scanned = bytes.Length;
                return false;
            }
            if (bytes[_scanned + next] == '"')
            {
                _scanned += next + 1;
                _insideText = false;
                return true;
            }
            if (_scanned + next + 2 > bytes.Length)
            {
                _scanned += next;
                return false;
            }
            _scanned += next + 2;
        }
    }
}
