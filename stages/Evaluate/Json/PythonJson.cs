using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Data.Json;

namespace Llava.Evaluate.Json;

/// <summary>
/// Writes a JSON tree as Python's <c>json.dumps</c> does, on one line or indented: the answer and upload files of the LLaVA
/// repository are written that way.
/// </summary>
sealed class PythonJson
{
    readonly ArrayBufferWriter<byte> _bytes = new();
    readonly PythonJsonWriter _output;
    readonly int? _indent;

    PythonJson(int? indent) => (_output, _indent) = (new PythonJsonWriter(_bytes), indent);

    /// <param name="indent">Spaces per level as in <c>json.dumps(value, indent=2)</c>; null for one line.</param>
    public static string Serialize(JsonNode? value, int? indent = null)
    {
        var json = new PythonJson(indent);
        json.Write(value, depth: 0);
        return Encoding.ASCII.GetString(json._bytes.WrittenSpan);
    }

    void Write(JsonNode? value, int depth)
    {
        switch (value)
        {
            case null:
                _output.WriteRaw("null"u8);
                break;
            case JsonObject map:
                WriteMany("{"u8, "}"u8, map, depth, entry =>
                {
                    _output.WriteText(entry.Key);
                    _output.WriteRaw(": "u8);
                    Write(entry.Value, depth + 1);
                });
                break;
            case JsonArray list:
                WriteMany("["u8, "]"u8, list, depth, item => Write(item, depth + 1));
                break;
            default:
                WriteScalar(value.AsValue());
                break;
        }
    }

    void WriteMany<T>(ReadOnlySpan<byte> open, ReadOnlySpan<byte> close, ICollection<T> items, int depth, Action<T> write)
    {
        _output.WriteRaw(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
                _output.WriteRaw(_indent is null ? ", "u8 : ","u8);
            WriteLineEnd(depth + 1);
            write(item);
            isFirst = false;
        }
        if (!isFirst)
            WriteLineEnd(depth);
        _output.WriteRaw(close);
    }

    void WriteLineEnd(int depth)
    {
        if (_indent is { } width)
            WriteAscii("\n" + new string(' ', width * depth));
    }

    void WriteScalar(JsonValue value)
    {
        if (value.GetValueKind() == JsonValueKind.String)
            _output.WriteText(value.GetValue<string>());
        else if (value.TryGetValue<double>(out var number) && !value.TryGetValue<long>(out _) && !value.TryGetValue<int>(out _))
            WriteAscii(PythonFloat.Repr(number));
        else
            WriteAscii(value.ToJsonString());
    }

    void WriteAscii(string text) => _output.WriteRaw(Encoding.ASCII.GetBytes(text));
}
