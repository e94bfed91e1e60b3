using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <param name="Image">Name of the picture's text file, as in MME's own results.</param>
/// <param name="Question">Without "Please answer yes or no.", which has one or two spaces before it.</param>
/// <param name="Truth">"Yes" or "No".</param>
sealed record MmeResult(string Category, string Image, string Question, string Truth, string Answer)
{
    public bool IsRight => Parse(Answer) == Truth.ToLowerInvariant();

    /// <summary>"yes", "no" or "other": the whole answer, else its first four characters decide.</summary>
    internal static string Parse(string answer)
    {
        var text = answer.ToLowerInvariant();
        if (text is "yes" or "no")
            return text;
        var start = text[..Math.Min(4, text.Length)];
        return start.Contains("yes", StringComparison.Ordinal) ? "yes" : start.Contains("no", StringComparison.Ordinal) ? "no" : "other";
    }
}

/// <summary>Brings MME's answers and truths together.</summary>
static class MmeResults
{
    const string AskYesOrNo = "Please answer yes or no.";

    /// <summary>Results as the benchmark's script takes them, one file a category.</summary>
    public static IReadOnlyList<MmeResult> ReadFolder(string folder)
    {
        string[] files = [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal)];
        return files.Length == 0
            ? throw ErrorCatalog.BadAnswers.Fails(folder, "there is no <category>.txt in it")
            : [.. files.SelectMany(ReadResults)];
    }

    /// <summary>The answers in their order, each with its truth from the release folder; a question repeated with the same answer counts once.</summary>
    public static IReadOnlyList<MmeResult> Join(IReadOnlyList<Answer> answers, string answersPath, string releaseFolder, bool isPartial)
    {
        var truths = ReadTruths(releaseFolder);
        var results = new List<MmeResult>();
        var seen = new Dictionary<(string, string, string), string>();
        foreach (var answer in answers)
        {
            var key = KeyOf(answer, truths)
                ?? throw ErrorCatalog.AnnotationsDoNotFit.Fails(releaseFolder, $"the question \"{answer.Prompt.Split('\n')[0]}\" of {answer.Id} in {answersPath} is not here");
            if (seen.TryAdd(key, answer.Text))
                results.Add(new MmeResult(key.Category, key.Image, Bare(key.Question), truths[key], answer.Text));
            else if (seen[key] != answer.Text)
                throw ErrorCatalog.RepeatedQuestion.Fails(answersPath, $"\"{key.Question}\" ({answer.Id}) has two different answers");
        }
        if (!isPartial && results.Count < truths.Count)
            throw ErrorCatalog.MissingAnswers.Fails(answersPath, $"{truths.Count - results.Count} of {truths.Count} questions in {releaseFolder} have no answer");
        return results;
    }

    static IEnumerable<MmeResult> ReadResults(string path)
    {
        var category = Path.GetFileNameWithoutExtension(path);
        foreach (var (line, fields) in ReadRows(path, fieldCount: 4, line => line.TrimEnd('\r')))
            yield return new MmeResult(category, fields[0], Bare(fields[1]), YesOrNo(fields[2], path, line), fields[3]);
    }

    static Dictionary<(string Category, string Image, string Question), string> ReadTruths(string folder)
    {
        if (!Directory.Exists(folder))
            throw ErrorCatalog.FileNotFound.Fails(folder, "there is no such folder");
        var truths = new Dictionary<(string, string, string), string>();
        foreach (var category in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            var apart = Path.Combine(category, "questions_answers_YN");
            foreach (var path in Directory.GetFiles(Directory.Exists(apart) ? apart : category, "*.txt").Order(StringComparer.Ordinal))
            {
                // Lines of the release end in tabs and spaces here and there: convert_answer_to_mme.py strips them.
                foreach (var (line, fields) in ReadRows(path, fieldCount: 2, PythonText.Strip))
                {
                    var truth = YesOrNo(fields[1], path, line);
                    var key = (Path.GetFileName(category), Path.GetFileName(path), fields[0]);
                    // The release asks some questions twice.
                    if (!truths.TryAdd(key, truth) && !truths[key].Equals(truth, StringComparison.OrdinalIgnoreCase))
                        throw ErrorCatalog.RepeatedQuestion.Fails(new SourceLocation(path, line), $"\"{fields[0]}\" has two different truths");
                }
            }
        }
        return truths;
    }

    static string Bare(string question) => question.Replace(AskYesOrNo, "").Trim();

    static IEnumerable<(int Line, string[] Fields)> ReadRows(string path, int fieldCount, Func<string, string> trim)
    {
        var number = 0;
        foreach (var line in File.ReadAllText(path).Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var fields = trim(line).Split('\t');
            yield return fields.Length == fieldCount
                ? (number, fields)
                : throw ErrorCatalog.BadAnnotations.Fails(new SourceLocation(path, number), $"the line has {fields.Length} fields, not {fieldCount}");
        }
    }

    static string YesOrNo(string truth, string path, int line) => truth.Trim() is var text && text is "Yes" or "No" or "yes" or "no"
        ? text
        : throw ErrorCatalog.BadAnnotations.Fails(new SourceLocation(path, line), $"the truth is \"{text}\", neither Yes nor No");

    // The prompt lost its "Please answer yes or no." and gained LLaVA's suffix; MME has one or two spaces before the former.
    static (string Category, string Image, string Question)? KeyOf(Answer answer, Dictionary<(string, string, string), string> truths)
    {
        var parts = answer.Id.Text.Split('/');
        var image = parts[^1].Split('.')[0] + ".txt";
        var question = answer.Prompt.Replace(QuestionSuffix.SingleWord, "").Trim();
        string[] forms = question.Contains(AskYesOrNo, StringComparison.Ordinal) ? [question] : [$"{question} {AskYesOrNo}", $"{question}  {AskYesOrNo}"];
        return forms.Select(form => (parts[0], image, form)).Cast<(string, string, string)?>().FirstOrDefault(key => truths.ContainsKey(key!.Value));
    }
}
