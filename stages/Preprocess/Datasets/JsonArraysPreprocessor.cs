using Llava.Contracts.Diagnostics;
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
            Convert = (value, sink) => sink.EmitValue(value),
        })];
    }
}
