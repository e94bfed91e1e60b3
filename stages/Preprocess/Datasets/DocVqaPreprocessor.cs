using Llava.Data.Json;
using Llava.Preprocess.Conversion;

namespace Llava.Preprocess.Datasets;

/// <summary>The two DocVQA sets, scanned pages and infographics: of several accepted answers the first one is learnt.</summary>
sealed class DocVqaPreprocessor : IDatasetPreprocessor
{
    public static readonly DocVqaPreprocessor SinglePage = new()
    {
        Name = "sp_docvqa",
        Files = ["train_v1.0_withQT", "val_v1.0_withQT"],
        ImagePathOf = fields => "DocVQA/sp_docvqa/images/" + fields.Text("image").Split('/')[^1],
    };

    public static readonly DocVqaPreprocessor Infographics = new()
    {
        Name = "infographics_docvqa",
        Files = ["infographicsVQA_train_v1.0", "infographicsVQA_val_v1.0_withQT"],
        ImagePathOf = fields => "DocVQA/Infographicsvqa/images/" + fields.Formatted("image_local_name"),
    };

    public required string Name { get; init; }

    public string InputDescription => $"the folder with {string.Join(" and ", Files.Select(file => file + ".json"))}";

    /// <summary>Without their extension.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public required Func<SampleFields, string> ImagePathOf { get; init; }

    public IReadOnlyList<ConversionUnit> Plan(PreprocessOptions options) =>
    [
        .. Files.Select(file => new JsonConversionUnit
        {
            OutputName = $"{file}_llava.jsonl",
            InputPaths = [Path.Combine(options.Input, $"{file}.json")],
            Read = (stream, path) => JsonArrayReader.ReadBatches(stream, path, property: "data"),
            Convert = Convert,
        }),
    ];

    void Convert(PythonValue sample, SampleSink sink)
    {
        var fields = new SampleFields(sample, "questionId");
        var answers = fields.List("answers");
        if (answers.Count == 0)
            throw fields.WithoutAnswer("the list of answers is empty");
        sink.Emit(fields.Required("questionId"), ImagePathOf(fields), fields.Formatted("question"), answers[0]);
    }
}
