using Llava.Data.Json;
using Llava.Preprocess.Conversion;

namespace Llava.Preprocess.Datasets;

/// <summary>DVQA: bar charts. The reference reads the training file only; the validation files are taken where they are there.</summary>
sealed class DvqaPreprocessor : IDatasetPreprocessor
{
    const string TrainingFile = "train_qa";

    static readonly string[] OptionalFiles = ["val_easy_qa", "val_hard_qa"];

    public string Name => "dvqa";

    public string InputDescription => "the folder with train_qa.json and, if wanted, val_easy_qa.json and val_hard_qa.json";

    public IReadOnlyList<ConversionUnit> Plan(PreprocessOptions options) =>
    [
        UnitOf(options.Input, TrainingFile),
        .. OptionalFiles.Where(file => File.Exists(PathOf(options.Input, file))).Select(file => UnitOf(options.Input, file)),
    ];

    static JsonConversionUnit UnitOf(string folder, string file) => new()
    {
        OutputName = $"{file}_llava.jsonl",
        InputPaths = [PathOf(folder, file)],
        Convert = Convert,
    };

    static string PathOf(string folder, string file) => Path.Combine(folder, $"{file}.json");

    static void Convert(PythonValue sample, SampleSink sink)
    {
        var fields = new SampleFields(sample, "question_id");
        sink.Emit(fields.Required("question_id"), $"DVQA/images/{fields.Formatted("image")}", fields.Formatted("question"), fields.Required("answer"));
    }
}
