using Llava.Contracts.Diagnostics;
using Llava.Data.Json;
using Llava.Preprocess.Conversion;

namespace Llava.Preprocess.Datasets;

/// <summary>ArxivQA: multiple-choice questions about figures. The label's first letter chooses an option, whose text and the rationale are the answer.</summary>
sealed class ArxivQaPreprocessor : IDatasetPreprocessor
{
    public string Name => "arxivqa";

    public string InputDescription => "arxivqa.jsonl, or the folder that holds it";

    public IReadOnlyList<ConversionUnit> Plan(PreprocessOptions options) =>
    [
        new JsonConversionUnit
        {
            OutputName = "arxivqa_llava.jsonl",
            InputPaths = [InputFile(options.Input)],
            Read = JsonLinesReader.ReadBatches,
            Convert = Convert,
        },
    ];

    static string InputFile(string input)
    {
        if (!Directory.Exists(input))
            return input;
        return InputFolder.Files(input, ".jsonl") is [var only] ? only : Path.Combine(input, "arxivqa.jsonl");
    }

    static void Convert(PythonValue sample, SampleSink sink)
    {
        var fields = new SampleFields(sample, "id");
        var options = fields.List("options").Select(option => option is PythonValue.Text text ? text.Value : throw fields.Unusable("an option is not a string")).ToArray();
        var answer = Answer(fields, options);
        sink.Emit(fields.Required("id"), $"ArxivQA/{fields.Formatted("image")}", $"{fields.Text("question")} {string.Join(' ', options)}", new PythonValue.Text(answer));
    }

    static string Answer(SampleFields fields, string[] options)
    {
        var (label, rationale) = (fields.Text("label"), fields.Text("rationale"));
        if (label == "" && rationale == "")
            throw new UnusableSampleException(ErrorCatalog.LeftOut, fields.Id, "label and rationale are both empty");
        if (label == "")
            throw fields.WithoutAnswer("the label is empty");
        if (label[0] is not (>= 'A' and <= 'I'))
            return $"{label} {rationale}";
        var place = label[0] - 'A';
        if (place >= options.Length)
            throw new UnusableSampleException(ErrorCatalog.LeftOut, fields.Id, $"the label is {label[0]}, but there are {options.Length} options");
        return $"{options[place]} {rationale}";
    }
}
