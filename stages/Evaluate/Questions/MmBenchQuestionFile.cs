using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;

namespace Llava.Evaluate.Questions;

/// <summary>MMBench's table: pictures are in it, in base64. The recorded prompt has no suffix.</summary>
static class MmBenchQuestionFile
{
    public static IReadOnlyList<Question> Read(string path, string suffix)
    {
        // Rotations of a question share its picture.
        var pictures = new Dictionary<string, QuestionImage>(StringComparer.Ordinal);
        return [.. TabSeparatedTable.Read(path).Select(row => ToQuestion(row.Row, new SourceLocation(path, row.Line), suffix, pictures))];
    }

    static Question ToQuestion(IReadOnlyDictionary<string, string> columns, SourceLocation location, string suffix, Dictionary<string, QuestionImage> pictures)
    {
        var row = MmBenchRow.Parse(columns, location);
        var picture = QuestionImage.Holding(Decode(columns, location));
        if (!pictures.TryAdd(picture.Name, picture))
            picture = pictures[picture.Name];
        var id = new QuestionId(row.Index.ToString(CultureInfo.InvariantCulture), IsNumber: true);
        return new Question(id, row.Prompt, QuestionSuffix.Append(row.Prompt, suffix), picture);
    }

    static byte[] Decode(IReadOnlyDictionary<string, string> columns, SourceLocation location)
    {
        if (!columns.TryGetValue("image", out var image))
            throw ErrorCatalog.BadQuestions.Fails(location, MmBenchRow.NeededColumns);
        try
        {
            return Convert.FromBase64String(image);
        }
        catch (FormatException)
        {
            throw ErrorCatalog.BadQuestions.Fails(location, $"question {columns["index"]}: the image is not base64");
        }
    }
}
