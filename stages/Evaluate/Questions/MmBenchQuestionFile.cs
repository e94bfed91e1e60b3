using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;

namespace Llava.Evaluate.Questions;

/// <summary>MMBench's table: pictures are in it, in base64. The recorded prompt has no suffix.</summary>
static class MmBenchQuestionFile
{
    public static IReadOnlyList<Question> Read(string path, string suffix) =>
        [.. MmBenchRow.ReadAll(path).Select(row => ToQuestion(row, path, suffix))];

    static Question ToQuestion(MmBenchRow row, string path, string suffix)
    {
        var id = new QuestionId(row.Index.ToString(CultureInfo.InvariantCulture), IsNumber: true);
        return new Question(id, row.Prompt, QuestionSuffix.Append(row.Prompt, suffix), new QuestionImage(null, Decode(row, path)));
    }

    static byte[] Decode(MmBenchRow row, string path)
    {
        try
        {
            return Convert.FromBase64String(row.ImageBase64);
        }
        catch (FormatException)
        {
            throw ErrorCatalog.BadQuestions.Fails(path, string.Create(CultureInfo.InvariantCulture, $"question {row.Index}: the image is not base64"));
        }
    }
}
