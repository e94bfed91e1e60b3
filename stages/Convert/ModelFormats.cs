namespace Llava.Conversion;

public static class ModelFormats
{
    public const string HuggingFace = "hf";
    public const string ModelZoo = "cs-2.3";

    public static IReadOnlyList<string> Names { get; } = [HuggingFace, ModelZoo];

    public static string NameOf(ModelFormat format) => format == ModelFormat.HuggingFace ? HuggingFace : ModelZoo;

    public static ModelFormat Parse(string name) => name == HuggingFace ? ModelFormat.HuggingFace : ModelFormat.ModelZoo;
}
