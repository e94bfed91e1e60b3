using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// MMBench dev, English and Chinese. The table holds each question several times with its options rotated; a question is right when
/// all of its rotations are (the circular evaluation of Liu et al. 2023, arXiv:2307.06281). The server also lets a language model
/// find the letter in a long answer; here the answer must begin with it.
/// </summary>
sealed class MmBench(string name, string title, string suffix, PublishedScore published) : Benchmark
{
    static readonly string[] Dropped = ["hint", "category", "source", "comment", "l2-category"];

    public override string Name => name;

    public override string Title => title;

    public override string Suffix => suffix;

    public override int MaxNewTokens => 1024;

    public override PublishedScore Published => published;

    public override bool QuestionsAreAnnotated => true;

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => MmBenchQuestionFile.Read(path, suffix);

    internal override string? WhyUnscored(ScoringInput input) =>
        base.WhyUnscored(input) ?? (Rows(input).Any(row => row.Truth.Length == 0) ? "the table has no answers (a test split): a server has them" : null);

    internal override BenchmarkScore Score(ScoringInput input)
    {
        if (WhyUnscored(input) is { } reason)
            throw ErrorCatalog.ScoredElsewhere.Fails(input.Annotations, $"{reason}: make the file for it with --upload FILE");
        var rows = Rows(input);
        var graded = input.ReadSheet().Match(rows, row => row.Index.ToString(CultureInfo.InvariantCulture), input.Annotations, input.IsPartial)
            .Select(pair => (Row: pair.Item, IsRight: OptionLetter.Find(pair.Answer.Text) == pair.Item.Truth)).ToList();
        var questions = graded.GroupBy(item => item.Row.Index % MmBenchRow.Rotation)
            .Select(group => (Id: group.Key, group.First().Row.Category, IsRight: group.All(item => item.IsRight))).ToList();
        var byCategory = questions.Where(question => question.Category.Length > 0).GroupBy(question => question.Category).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, BenchmarkScore.Percent(group.Select(question => question.IsRight))));
        return BenchmarkScore.OfMean(
            "circular accuracy",
            [.. questions.Select(question => new ScoredItem(question.Id.ToString(CultureInfo.InvariantCulture), question.IsRight ? 1 : 0))],
            [("accuracy of single rotations", BenchmarkScore.Percent(graded.Select(item => item.IsRight))), .. byCategory]);
    }

    /// <summary>The table without its pictures and notes, with the predictions as a column, as a spreadsheet.</summary>
    internal override UploadFile Upload(ScoringInput input)
    {
        var sheet = input.ReadSheet();
        var rows = Table(input).Select(row => row.Row).ToList();
        sheet.Match(rows, row => row.GetValueOrDefault("index", ""), input.Annotations, input.IsPartial);
        List<string> columns = [.. rows[0].Keys.Where(column => !Dropped.Contains(column))];
        columns.Insert(Math.Min(6, columns.Count), "prediction");
        var cells = rows.Select(row => columns.Select(column => column == "prediction" ? sheet.Find(row["index"])?.Text ?? "" : MmBenchRow.Cell(row[column])).ToList());
        return new($"{name}_upload.xlsx", Spreadsheet.Write([columns, .. cells], numberColumn: columns.IndexOf("index")));
    }

    static List<MmBenchRow> Rows(ScoringInput input) => [.. Table(input).Select(row => MmBenchRow.Parse(row.Row, new SourceLocation(input.Annotations, row.Line)))];

    // The pictures are nearly all of it.
    static IReadOnlyList<(int Line, IReadOnlyDictionary<string, string> Row)> Table(ScoringInput input) =>
        input.ReadOnce.Of(input.Annotations, path => (IReadOnlyList<(int, IReadOnlyDictionary<string, string>)>)[.. TabSeparatedTable.Read(path, without: "image")]);
}
