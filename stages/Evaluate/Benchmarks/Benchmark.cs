using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// One benchmark: how its questions are read and put, how answers are scored, what a server is sent. Each is a class of
/// this shape, listed in <see cref="BenchmarkTable"/>.
/// </summary>
public abstract class Benchmark
{
    /// <summary>The name on the command line and in <c>datasets.props</c>.</summary>
    public abstract string Name { get; }

    public abstract string Title { get; }

    /// <summary>Appended to each question, after a line end; "" where the question file has it.</summary>
    public virtual string Suffix => "";

    public virtual int MaxNewTokens => 128;

    /// <summary>LLaVA-1.5's own figure; null where none is published.</summary>
    public virtual PublishedScore? Published => null;

    /// <summary>The question file is the annotation file too.</summary>
    public virtual bool QuestionsAreAnnotated => false;

    /// <summary>Only a server, or a paid grader, can score it.</summary>
    public virtual bool IsScoredElsewhere => false;

    /// <summary>What is scored is not the answers but somebody's reviews of them.</summary>
    public virtual bool AnswersAreReviewed => false;

    public virtual bool UploadNeedsAnnotations => true;

    /// <summary>Why these answers get no score here; null where they get one.</summary>
    /// <param name="input">With or without annotations.</param>
    internal virtual string? WhyUnscored(ScoringInput input) =>
        IsScoredElsewhere ? "a server has its annotations"
        : AnswersAreReviewed ? "its answers have to be reviewed first: score the reviews"
        : input.AnnotationsPath is null ? "its annotations were not given"
        : null;

    /// <param name="suffix">Replaces <see cref="Suffix"/>.</param>
    internal abstract IReadOnlyList<Question> ReadQuestions(string path, string suffix);

    /// <exception cref="DiagnosticException">
    /// The answers and the annotations do not belong together, or only a server has the annotations.
    /// </exception>
    internal virtual BenchmarkScore Score(ScoringInput input) => throw ErrorCatalog.ScoredElsewhere.Fails(
        input.AnswersPath, $"{Title} is scored by a server, which alone has its annotations: make the file to send with --upload FILE");

    /// <summary>The one right answer to each question by id; null where a question may have several, or they are elsewhere.</summary>
    internal virtual IReadOnlyDictionary<string, string>? Truths(string annotationsPath) => null;

    /// <summary>The file that a server, or the benchmark's own script, takes; null where there is none.</summary>
    internal virtual UploadFile? Upload(ScoringInput input) => null;
}

/// <summary>As docs/MODEL_ZOO.md of the LLaVA repository has it, in the unit of the benchmark's headline.</summary>
public sealed record PublishedScore(double Llava7B, double Llava13B);

/// <param name="FileName">In the output folder of an evaluation.</param>
internal sealed record UploadFile(string FileName, ReadOnlyMemory<byte> Content)
{
    public UploadFile(string fileName, string text) : this(fileName, System.Text.Encoding.UTF8.GetBytes(text))
    {
    }
}
