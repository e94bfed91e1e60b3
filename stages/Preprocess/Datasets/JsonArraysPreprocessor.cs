using Llava.Contracts.Diagnostics;
using Llava.Data.Images;
using Llava.Data.Json;
using Llava.Preprocess.Conversion;

namespace Llava.Preprocess.Datasets;

/// <summary>Datasets that are in LLaVA's form already, as <c>.json</c> arrays: one element becomes one line.</summary>
sealed class JsonArraysPreprocessor : IDatasetPreprocessor
{
    public string Name => "convert_json2jsonl";

    public string InputDescription => "a .json file that is one array, or a folder of such files";

    public IReadOnlyList<ConversionUnit> Plan(PreprocessOptions options)
    {
        var files = File.Exists(options.Input) ? [options.Input] : InputFolder.Files(options.Input, ".json");
        if (files.Count == 0)
            throw ErrorCatalog.FileNotFound.Fails(options.Input, "the folder has no .json file");
        return [.. files.Select(file => new JsonConversionUnit
        {
            OutputName = Path.GetFileNameWithoutExtension(file) + ".jsonl",
            InputPaths = [file],
            IsFinal = options.ImagePrefix is null,
            Convert = (value, sink) => sink.EmitValue(WithImagePath(value, options.ImagePrefix)),
        })];
    }

    static PythonValue WithImagePath(PythonValue value, string? prefix)
    {
        if (value is not PythonValue.Dictionary sample || sample.Find("image") is not PythonValue.Text image)
            return value;
        if (!ImagePath.StaysInside(image.Value))
            throw new UnusableSampleException(ErrorCatalog.UnsafeImagePath, sample.Find("id")?.Formatted, $"the image path \"{image.Value}\" leaves the image folder");
        return prefix is null ? value : sample.With("image", new PythonValue.Text($"{prefix.TrimEnd('/')}/{image.Value}"));
    }
}
