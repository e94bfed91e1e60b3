using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Data.Json;
using Llava.Preprocess.Conversion;

namespace Llava.Preprocess.Datasets;

/// <summary>AI2D: science diagrams with multiple-choice questions, one file a diagram, read in ordinal order of their names.</summary>
sealed class Ai2dPreprocessor : IDatasetPreprocessor
{
    const string Letters = "abcdefghijklmnopqrstuvwxyz";

    public string Name => "ai2d";

    public string InputDescription => "the folder questions/ with one .json file a picture";

    public IReadOnlyList<ConversionUnit> Plan(PreprocessOptions options) =>
    [
        new JsonConversionUnit
        {
            OutputName = "ai2d_llava.jsonl",
            InputPaths = InputFolder.Files(InputFolder.OrChild(options.Input, "questions"), ".json"),
            Read = JsonDocumentReader.ReadBatches,
            Convert = (diagram, sink) => Convert(diagram, sink, options.Mend),
        },
    ];

    static void Convert(PythonValue diagram, SampleSink sink, bool mend)
    {
        var fields = new SampleFields(diagram);
        var image = $"ai2d/images/{fields.Formatted("imageName")}";
        var questions = fields.Required("questions") as PythonValue.Dictionary ?? throw fields.Unusable("the field \"questions\" is not an object");
        foreach (var (question, details) in questions.Entries)
        {
            sink.Attempt(() => ConvertQuestion(new SampleFields(details, "questionId"), image, question, sink, mend));
            sink.Number++;
        }
    }

    static void ConvertQuestion(SampleFields fields, string image, string question, SampleSink sink, bool mend)
    {
        var options = fields.List("answerTexts").Select((option, place) => $"{LetterOf(place, fields)}) {TextOf(option, fields)}").ToArray();
        var correct = options[CorrectPlace(fields, options.Length, mend)];
        sink.Emit(fields.Required("questionId"), image, $"{question} {string.Join(' ', options)}", new PythonValue.Text(correct));
    }

    /// <summary>Python counts a negative place from the end; a mended run takes it for what it is, no answer.</summary>
    static int CorrectPlace(SampleFields fields, int optionCount, bool mend)
    {
        var place = fields.Required("correctAnswer") switch
        {
            PythonValue.Number number when int.TryParse(number.Literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) => parsed,
            PythonValue.Boolean boolean => boolean == PythonValue.Boolean.True ? 1 : 0,
            _ => throw fields.WithoutAnswer("\"correctAnswer\" is not a place among the options"),
        };
        if (place >= optionCount || place < (mend ? 0 : -optionCount))
            throw fields.WithoutAnswer(string.Create(CultureInfo.InvariantCulture, $"the correct answer is option {place} of {optionCount}, counted from 0"));
        return place < 0 ? place + optionCount : place;
    }

    static char LetterOf(int place, SampleFields fields) => place < Letters.Length ? Letters[place] : throw fields.Unusable("there are more options than letters");

    static string TextOf(PythonValue option, SampleFields fields) => option.Formatted ?? throw fields.Unusable("an option is neither a string nor a number");
}
