using Llava.Data.Json;
using Llava.Preprocess.Conversion;

namespace Llava.Preprocess.Datasets;

/// <summary>ChartQA: questions over charts, written by people or by a model. Ids count from 0 in every file.</summary>
sealed class ChartQaPreprocessor : IDatasetPreprocessor
{
    static readonly string[] Splits = ["train", "val", "test"];
    static readonly string[] Subsets = ["human", "augmented"];

    public string Name => "chartqa";

    public string InputDescription => "the folder with train/, val/ and test/, each with <split>_human.json and <split>_augmented.json";

    public IReadOnlyList<ConversionUnit> Plan(PreprocessOptions options) =>
    [
        .. from split in Splits
           from subset in Subsets
           select new JsonConversionUnit
           {
               OutputName = $"{split}_{subset}_llava.jsonl",
               InputPaths = [Path.Combine(options.Input, split, $"{split}_{subset}.json")],
               Convert = (sample, sink) => Convert(sample, sink, split),
           },
    ];

    static void Convert(PythonValue sample, SampleSink sink, string split)
    {
        var fields = new SampleFields(sample);
        var place = new PythonValue.Number((sink.Number - 1).ToString());
        sink.Emit(place, $"ChartQA_Dataset/{split}/png/{fields.Formatted("imgname")}", fields.Formatted("query"), fields.Required("label"));
    }
}
