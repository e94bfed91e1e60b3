using System.Text;
using Llava.Contracts.Files;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Answering;

/// <summary>
/// An answers file that survives being stopped. Answers are appended to <c>NAME.partial.jsonl</c> as they come, in any order; the complete file is
/// written once all are there, in the questions' order. What either file held before is found again by question, prompt and answer id (a digest of
/// model, settings, question and picture), and stays until then, whoever's it is.
/// </summary>
sealed class AnswerJournal : IDisposable
{
    const int BlockBytes = 1 << 16;

    readonly string _path;
    readonly string _partialPath;
    readonly List<Answer> _complete;
    readonly ILookup<(string Id, string Prompt), Answer> _known;
    FileStream? _partial;

    /// <param name="path">Of the complete file.</param>
    public AnswerJournal(string path)
    {
        (_path, _partialPath) = (path, Path.ChangeExtension(path, ".partial.jsonl"));
        CutTornLine(_partialPath);
        _complete = Read(_path);
        _known = _complete.Concat(Read(_partialPath)).DistinctBy(answer => (answer.Id.Text, answer.Prompt, answer.AnswerId)).ToLookup(answer => (answer.Id.Text, answer.Prompt));
    }

    /// <summary>Answers that were there, this run's and others'.</summary>
    public int KnownCount => _known.Sum(answers => answers.Count());

    /// <param name="answerId">Asked for only where the question has answers: it takes reading its picture.</param>
    public Answer? Find(Question question, Func<string> answerId) => _known[(question.Id.Text, question.Prompt)].FirstOrDefault(answer => answer.AnswerId == answerId());

    public void Append(IEnumerable<Answer> answers)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_partialPath))!);
        _partial ??= new FileStream(_partialPath, FileMode.Append, FileAccess.Write, FileShare.Read);
        _partial.Write(ToLines(answers));
        _partial.Flush();
    }

    /// <summary>Writes the complete file.</summary>
    /// <param name="answers">In its order.</param>
    /// <param name="keepsOthers">Leaves all other answers where a later run finds them; else they are gone.</param>
    public void Complete(IReadOnlyList<Answer> answers, bool keepsOthers)
    {
        var written = answers.Select(answer => answer.AnswerId).ToHashSet(StringComparer.Ordinal);
        List<Answer> others = keepsOthers ? [.. _known.SelectMany(known => known).Where(answer => !written.Contains(answer.AnswerId))] : [];
        // Before the file that alone holds them is replaced.
        if (keepsOthers)
            Append(_complete.Where(answer => !written.Contains(answer.AnswerId)));
        Dispose();
        AtomicFile.WriteAllBytes(_path, ToLines(answers));
        if (others.Count > 0)
            AtomicFile.WriteAllBytes(_partialPath, ToLines(others));
        else
            File.Delete(_partialPath);
    }

    public void Dispose() => _partial?.Dispose();

    static byte[] ToLines(IEnumerable<Answer> answers) => Encoding.ASCII.GetBytes(string.Concat(answers.Select(answer => answer.ToLine() + "\n")));

    static List<Answer> Read(string path) => File.Exists(path) ? [.. JsonText.ReadLines(path).Select(line => AnswerFile.Parse(line.Value)).OfType<Answer>()] : [];

    // A run was killed while it wrote.
    static void CutTornLine(string path)
    {
        if (!File.Exists(path))
            return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        file.SetLength(EndOfLastLine(file));
    }

    static long EndOfLastLine(FileStream file)
    {
        var block = new byte[BlockBytes];
        for (long start, end = file.Length; end > 0; end = start)
        {
            start = Math.Max(0, end - BlockBytes);
            var part = block.AsSpan(0, (int)(end - start));
            file.Position = start;
            file.ReadExactly(part);
            if (part.LastIndexOf((byte)'\n') is var newline and >= 0)
                return start + newline + 1;
        }
        return 0;
    }
}
