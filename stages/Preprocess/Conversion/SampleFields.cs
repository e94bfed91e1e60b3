using Llava.Contracts.Diagnostics;
using Llava.Data.Json;

namespace Llava.Preprocess.Conversion;

/// <summary>A raw sample's fields; what is missing or of another type makes the sample unusable.</summary>
/// <param name="idField">The field that names the sample in the ledger.</param>
readonly struct SampleFields(PythonValue sample, string? idField = null)
{
    readonly PythonValue.Dictionary _fields = sample as PythonValue.Dictionary
        ?? throw new UnusableSampleException(ErrorCatalog.MissingField, null, "the sample is not an object");

    public string? Id => idField is null ? null : _fields.Find(idField)?.Formatted;

    public PythonValue Required(string field) => _fields.Find(field) ?? throw Unusable($"the field \"{field}\" is missing");

    public string Text(string field) => Required(field) is PythonValue.Text text ? text.Value : throw Unusable($"the field \"{field}\" is not a string");

    public IReadOnlyList<PythonValue> List(string field) => Required(field) is PythonValue.List list ? list.Items : throw Unusable($"the field \"{field}\" is not a list");

    /// <summary>The field inside a sentence or a path: a number or null stands as Python would print it.</summary>
    public string Formatted(string field) => Required(field).Formatted ?? throw Unusable($"the field \"{field}\" is neither a string nor a number");

    public UnusableSampleException Unusable(string reason) => new(ErrorCatalog.MissingField, Id, reason);

    public UnusableSampleException WithoutAnswer(string reason) => new(ErrorCatalog.NoAnswer, Id, reason);
}
