using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Safetensors;

/// <summary>The JSON header, checked: every tensor fits its shape, and together they fill the file without gap or overlap.</summary>
sealed class SafetensorsHeader
{
    const int MaximumDepth = 8;

    static readonly SearchValues<byte> TokenBytes = SearchValues.Create("{}[]:,-+.eE0123456789 \t\r\n"u8);

    readonly string _path;
    readonly List<(TensorInfo Info, long Start)> _tensors = [];
    readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    SafetensorsHeader(string path) => _path = path;

    public IReadOnlyList<(TensorInfo Info, long Start)> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <param name="dataLength">Bytes behind the header.</param>
    public static SafetensorsHeader Parse(byte[] json, string path, long dataLength)
    {
        var header = new SafetensorsHeader(path);
        try
        {
            CheckSyntax(json);
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            foreach (var property in document.RootElement.EnumerateObject())
                header.Add(property);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw header.Bad($"the header is not the JSON that it should be: {error.Message}");
        }
        header.CheckLayout(dataLength);
        return header;
    }

    // A document makes room for all that it is given before it looks at it, and an exception over a literal quotes all that follows.
    static void CheckSyntax(byte[] json)
    {
        CheckTokens(json);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
        while (reader.Read())
        {
        }
    }

    static void CheckTokens(ReadOnlySpan<byte> json)
    {
        var inText = false;
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '"')
                inText = !inText;
            else if (inText)
                i += json[i] == '\\' ? 1 : 0;
            else if (!TokenBytes.Contains(json[i]))
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"byte {i} of it belongs to no text, number, list or object"));
        }
    }

    void Add(JsonProperty property)
    {
        if (property.NameEquals("__metadata__"))
        {
            foreach (var entry in property.Value.EnumerateObject())
                _metadata[entry.Name] = entry.Value.GetString() ?? "";
            return;
        }
        var (start, end) = Offsets(property);
        var type = ElementTypeOf(property);
        long[] shape = [.. Member(property, "shape").EnumerateArray().Select(dimension => dimension.GetInt64())];
        if (TensorShape.ByteLength(type, shape) != end - start)
            throw Bad($"{property.Name}: {type.SafetensorsName()} {TensorShape.Describe(shape)} does not fill its bytes {start} to {end}");
        _tensors.Add((new TensorInfo(property.Name, type, shape) { File = _path }, start));
    }

    (long Start, long End) Offsets(JsonProperty property)
    {
        var offsets = Member(property, "data_offsets");
        if (offsets.GetArrayLength() != 2)
            throw Bad($"{property.Name}: data_offsets must be two numbers");
        return (offsets[0].GetInt64(), offsets[1].GetInt64());
    }

    ElementType ElementTypeOf(JsonProperty property)
    {
        var name = Member(property, "dtype").GetString() ?? "";
        return ElementTypes.FromSafetensorsName(name)
            ?? throw ErrorCatalog.UnsupportedTensor.Fails(_path, $"{property.Name} has the type {name}; supported are {ElementTypes.SafetensorsNames}");
    }

    JsonElement Member(JsonProperty property, string name) =>
        property.Value.TryGetProperty(name, out var member) ? member : throw Bad($"{property.Name} has no {name}");

    void CheckLayout(long dataLength)
    {
        long end = 0;
        foreach (var (info, start) in _tensors.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.Info.ByteLength))
        {
            if (start != end)
                throw Bad($"{info.Name} starts at byte {start}, where {end} was to come: tensors {(start < end ? "overlap" : "leave a gap")}");
            end = start + info.ByteLength;
        }
        if (end != dataLength)
            throw Bad($"the tensors take {end} bytes, but {dataLength} follow the header{(end > dataLength ? ": the file is cut short" : "")}");
    }

    DiagnosticException Bad(string message) => ErrorCatalog.BadCheckpointFile.Fails(_path, message);
}
