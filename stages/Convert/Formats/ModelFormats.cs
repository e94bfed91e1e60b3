namespace Llava.Conversion.Formats;

/// <summary>The formats by the names that users type, and what converts into what.</summary>
public static class ModelFormats
{
    static readonly (ModelFormat Format, string Name, string Layout)[] Table =
    [
        (ModelFormat.HuggingFace, "hf", "image_model/ and text_model/ (written: text_model_llava/), as the LLaVA source repository loads them"),
        (ModelFormat.ModelZoo, "cs-2.3", "one checkpoint with ModelZoo's names, and config.yaml"),
        (ModelFormat.LlavaHf, "llava-hf", "one folder for transformers' LlavaForConditionalGeneration"),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    public static string NameOf(ModelFormat format) => Table.First(row => row.Format == format).Name;

    public static ModelFormat Parse(string name) => Table.First(row => row.Name == name).Format;

    /// <summary>The formats that a format converts into: all others.</summary>
    public static IEnumerable<string> TargetsOf(ModelFormat source) => Table.Where(row => row.Format != source).Select(row => row.Name);

    /// <summary><c>convert --list</c>: a line per format, then the containers.</summary>
    public static IEnumerable<string> Describe() =>
    [
        .. Table.Select(row => $"{row.Name,-9} -> {string.Join(", ", TargetsOf(row.Format)),-18} {row.Layout}"),
        "",
        "containers read:    safetensors; torch .bin, .pt, .mdl (zip, and the format before PyTorch 1.6); Cerebras' HDF5 .mdl; single files and shards with an index",
        "containers written: safetensors, bin (--format); mdl, a torch zip, for cs-2.3 alone",
    ];
}
