using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Llava.Contracts.Files;
using Llava.Conversion.Formats;
using Llava.Conversion.Verification;
using Llava.Model.Mapping;

namespace Llava.Conversion.Certificates;

/// <summary>
/// <c>conversion.json</c>: which files went in, what happened to every tensor, and what was left out and why. Written last, so
/// that a folder with it is whole. No path and no time in it: the same conversion gives the same bytes anywhere.
/// </summary>
sealed class ConversionCertificate(ConvertOptions options, IReadOnlyList<SourceHash> sources)
{
    public const string FileName = "conversion.json";

    static readonly JsonWriterOptions WriterOptions = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required IReadOnlyList<CertifiedTensor> Tensors { get; init; }

    public required IReadOnlyList<DroppedTensor> Dropped { get; init; }

    public required IReadOnlyList<ConfigDifference> Config { get; init; }

    /// <summary>Null where it was not asked for.</summary>
    public LogitComparison? Verification { get; init; }

    public static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            File.Delete(Path.Combine(folder, FileName));
    }

    public void Write()
    {
        using var file = new AtomicFile(Path.Combine(options.Output, FileName));
        using (var json = new Utf8JsonWriter(file.Stream, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("from", ModelFormats.NameOf(options.SourceFormat));
            json.WriteString("to", ModelFormats.NameOf(options.TargetFormat));
            json.WriteNumber("parameters", Tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size)));
            WriteVerification(json);
            WriteSources(json);
            WriteConfig(json);
            WriteTensors(json);
            WriteDropped(json);
            json.WriteEndObject();
        }
        file.Commit();
    }

    void WriteSources(Utf8JsonWriter json)
    {
        json.WriteStartArray("sources");
        foreach (var source in sources)
        {
            json.WriteStartObject();
            json.WriteString("file", source.File);
            json.WriteNumber("bytes", source.Bytes);
            json.WriteString("sha256", source.Sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // Three digits: the last ones of a float32 sum depend on the number of threads.
    void WriteVerification(Utf8JsonWriter json)
    {
        if (Verification is null)
            return;
        json.WriteStartObject("verification");
        json.WriteNumber("positions", Verification.Positions);
        json.WriteNumber("largest_logit", Rounded(Verification.LargestLogit));
        json.WriteNumber("largest_logit_difference", Rounded(Verification.LargestDifference));
        json.WriteNumber("tolerance", Rounded(Verification.Tolerance));
        if (Verification.DrawnProjector)
            json.WriteString("projector", "drawn; the result's stands in for the source's");
        json.WriteEndObject();
    }

    static double Rounded(double value) => double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    void WriteConfig(Utf8JsonWriter json)
    {
        json.WriteStartArray("config_not_carried");
        foreach (var difference in Config)
        {
            json.WriteStartObject();
            json.WriteString("file", difference.File);
            json.WriteString("key", difference.Key);
            json.WriteString("value", difference.Value);
            json.WriteString("converted_back", difference.ConvertedBack);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    void WriteTensors(Utf8JsonWriter json)
    {
        json.WriteStartArray("tensors");
        foreach (var tensor in Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("source", tensor.Source);
            if (tensor.Adapter.Count > 0)
                WriteStrings(json, "adapter", tensor.Adapter);
            json.WriteString("rule", tensor.Rule);
            json.WriteString("type", tensor.ElementType);
            json.WriteString("shape", Llava.Model.Checkpoints.TensorShape.Describe(tensor.Shape));
            json.WriteString("sha256", tensor.Sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteStrings(Utf8JsonWriter json, string key, IReadOnlyList<string> values)
    {
        json.WriteStartArray(key);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    void WriteDropped(Utf8JsonWriter json)
    {
        json.WriteStartArray("dropped");
        foreach (var drop in Dropped.OrderBy(drop => drop.Source.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", drop.Source.Name);
            json.WriteString("file", Path.GetFileName(drop.Source.File));
            json.WriteString("reason", drop.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
