using System.Text;
using System.Text.Json;
using Llava.Evaluate.Answers;

namespace Llava.Evaluate.Answering;

/// <summary>
/// An answers file that grows question by question and survives being stopped: it is <c>NAME.partial.jsonl</c> until it is complete. What an
/// earlier run left is kept as far as its answer ids are the expected ones; they are digests of model, question and picture.
/// </summary>
sealed class AnswerJournal : IDisposable
{
    readonly string _path;
    readonly string _partialPath;
    readonly FileStream _file;

    AnswerJournal(string path, string partialPath, FileStream file, IReadOnlyList<Answer> kept) =>
        (_path, _partialPath, _file, Kept) = (path, partialPath, file, kept);

    /// <summary>Answers of an earlier run to the first questions.</summary>
    public IReadOnlyList<Answer> Kept { get; }

    /// <param name="path">Of the complete file.</param>
    /// <param name="questionCount">No more than that many are kept.</param>
    /// <param name="expectedId">The answer id of a question by its place.</param>
    public static AnswerJournal Open(string path, int questionCount, Func<int, string> expectedId)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var partialPath = Path.ChangeExtension(path, ".partial.jsonl");
        if (!File.Exists(partialPath) && File.Exists(path))
            File.Move(path, partialPath);
        var file = new FileStream(partialPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var (kept, length) = ReadPrefix(file, questionCount, expectedId);
        file.SetLength(length);
        file.Position = length;
        return new AnswerJournal(path, partialPath, file, kept);
    }

    public void Append(IEnumerable<Answer> answers)
    {
        _file.Write(Encoding.ASCII.GetBytes(string.Concat(answers.Select(answer => answer.ToLine() + "\n"))));
        _file.Flush();
    }

    /// <summary>Gives the file its name.</summary>
    public void Complete()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(_partialPath, _path, overwrite: true);
    }

    public void Dispose() => _file.Dispose();

    static (IReadOnlyList<Answer> Kept, long Length) ReadPrefix(FileStream file, int questionCount, Func<int, string> expectedId)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var kept = new List<Answer>();
        var start = 0;
        while (kept.Count < questionCount && Array.IndexOf(bytes, (byte)'\n', start) is var end and >= 0)
        {
            if (Parse(bytes.AsSpan(start, end - start)) is not { } answer || answer.AnswerId != expectedId(kept.Count))
                break;
            kept.Add(answer);
            start = end + 1;
        }
        return (kept, start);
    }

    static Answer? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return AnswerFile.Parse(JsonSerializer.Deserialize<JsonElement>(line));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
