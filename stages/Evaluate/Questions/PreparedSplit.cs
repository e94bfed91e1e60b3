using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Json;

namespace Llava.Evaluate.Questions;

/// <summary>
/// A split that the preprocess step prepared: JSON lines <c>{"id", "image", "conversations"}</c>. Takes one file, or a folder and
/// the names of the split's files, looked for in it and below.
/// </summary>
/// <param name="FileNames">The split's files, in the order in which they are asked.</param>
/// <param name="IdsRestart">Ids count from 0 in each file; the file's name then goes before them.</param>
sealed record PreparedSplit(IReadOnlyList<string> FileNames, bool IdsRestart = false)
{
    /// <summary>The samples in file order. Lines without an answer cannot be scored and are not asked.</summary>
    public IReadOnlyList<PreparedSample> Read(string path)
    {
        var samples = FilesAt(path).SelectMany(ReadFile).ToList();
        if (samples.Count == 0)
            throw ErrorCatalog.BadQuestions.Fails(path, "there is no question with an answer in it");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (samples.Find(sample => !seen.Add(sample.Id.Text)) is { } repeated)
            throw ErrorCatalog.RepeatedQuestion.Fails(path, $"the id {repeated.Id} stands twice");
        return samples;
    }

    IReadOnlyList<string> FilesAt(string path)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such file or folder");
        string[] files = [.. FileNames.SelectMany(name => Directory.EnumerateFiles(path, name, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(1))];
        return files.Length > 0 ? files : throw ErrorCatalog.FileNotFound.Fails(path, $"the folder has none of {string.Join(", ", FileNames)}");
    }

    IEnumerable<PreparedSample> ReadFile(string path)
    {
        var prefix = IdsRestart ? Path.GetFileNameWithoutExtension(path) + "/" : "";
        foreach (var (line, value) in JsonText.ReadObjects(path, ErrorCatalog.BadQuestions))
        {
            var location = new SourceLocation(path, line);
            var id = LlavaQuestionFile.ReadId(value, "id", location);
            var turn = ConversationLine.Parse(value, location);
            var image = value.Text("image") is { } imagePath ? new QuestionImage(imagePath) : null;
            if (turn.Answer is { } answer)
                yield return new PreparedSample(prefix.Length == 0 ? id : new QuestionId(prefix + id.Text, IsNumber: false), turn.Question, answer, image);
        }
    }
}
