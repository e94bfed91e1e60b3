using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// POPE: is an object in the picture? F1 of "yes", the mean over random, popular and adversarial objects. Annotations: the folder of
/// <c>coco_pope_&lt;category&gt;.json</c>, whose rows belong to the questions by position alone. Later versions of those files
/// have other rows, so each row's picture and question is held against the question file.
/// Source: llava/eval/eval_pope.py; labels of POPE commit e3e39262.
/// </summary>
sealed class Pope : Benchmark
{
    const string LabelsPrefix = "coco_pope_";
    const string QuestionsName = "llava_pope_test.jsonl";

    public override string Name => "pope";

    public override string Title => "POPE";

    public override PublishedScore Published => new(85.9, 85.9);

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => LlavaQuestionFile.Read(path, suffix);

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var categories = LabelFiles(input.Annotations).Select(file => Read(file, QuestionsPath(input))).ToList();
        var items = input.ReadSheet().Match([.. categories.SelectMany(category => category)], item => item.QuestionId, QuestionsPath(input), input.IsPartial)
            .Select(pair => pair.Item with { SaysYes = SaysYes(pair.Answer.Text) });
        var counted = items.GroupBy(item => item.Category).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (Name: group.Key, Items: group.ToArray())).ToList();
        var interval = Bootstrap.Of(
            [.. counted.Select(category => category.Items.Length)],
            drawn => 100 * counted.Select((category, index) => YesNoCounts.Of(drawn[index].Select(i => (category.Items[i].SaysYes, category.Items[i].IsThere))).F1).Average());
        var counts = counted.Select(category => (category.Name, Counts: YesNoCounts.Of(category.Items.Select(item => (item.SaysYes, item.IsThere))))).ToList();
        return new BenchmarkScore(
            "F1",
            100 * counts.Average(category => category.Counts.F1),
            counted.Sum(category => category.Items.Length),
            interval,
            [.. counts.SelectMany(category => category.Counts.Parts(category.Name))],
            [.. counted.SelectMany(category => category.Items).Select(item => new ScoredItem(item.QuestionId, item.SaysYes == item.IsThere ? 1 : 0))])
        {
            ItemMetric = "accuracy",
        };
    }

    /// <summary>"no" when the first sentence has the word No, no or not; "yes" in every other case.</summary>
    internal static bool SaysYes(string answer) =>
        !answer.Split('.')[0].Replace(",", "").Split(' ').Any(word => word is "No" or "no" or "not");

    static IReadOnlyList<Item> Read(string labelsPath, string questionsPath)
    {
        var category = Path.GetFileNameWithoutExtension(labelsPath)[LabelsPrefix.Length..];
        var labels = JsonText.ReadObjects(labelsPath, ErrorCatalog.BadAnnotations).Select(line => line.Value).ToList();
        var questions = JsonText.ReadObjects(questionsPath, ErrorCatalog.BadQuestions).Where(line => line.Value.Text("category") == category).ToList();
        if (labels.Count != questions.Count)
            throw ErrorCatalog.AnnotationsDoNotFit.Fails(labelsPath, $"{labels.Count} labels, but {questions.Count} {category} questions in {questionsPath}; take the labels of POPE commit e3e39262");
        return [.. labels.Zip(questions, (label, question) => Join(category, label, question.Value, new SourceLocation(labelsPath), new SourceLocation(questionsPath, question.Line)))];
    }

    static Item Join(string category, JsonElement label, JsonElement question, SourceLocation labelsAt, SourceLocation questionAt)
    {
        var asked = question.RequiredText("text", questionAt, ErrorCatalog.BadQuestions).Split('\n')[0];
        var isSame = label.Text("image") == question.Text("image") && label.Text("text")?.Trim() == asked.Trim();
        if (!isSame)
            throw ErrorCatalog.AnnotationsDoNotFit.Fails(labelsAt, $"the label of \"{label.Text("text")}\" ({label.Text("image")}) stands where {questionAt} asks \"{asked}\" ({question.Text("image")}); take the labels of POPE commit e3e39262");
        var isThere = label.RequiredText("label", labelsAt, ErrorCatalog.BadAnnotations) != "no";
        return new Item(LlavaQuestionFile.ReadId(question, "question_id", questionAt).Text, category, isThere, SaysYes: false);
    }

    static IReadOnlyList<string> LabelFiles(string folder)
    {
        foreach (var candidate in new[] { folder, Path.Combine(folder, "coco") })
        {
            string[] files = Directory.Exists(candidate) ? [.. Directory.GetFiles(candidate, LabelsPrefix + "*.json").Order(StringComparer.Ordinal)] : [];
            if (files.Length > 0)
                return files;
        }
        throw ErrorCatalog.FileNotFound.Fails(folder, $"there is no {LabelsPrefix}<category>.json in it");
    }

    static string QuestionsPath(ScoringInput input)
    {
        if (input.QuestionsPath is { } given)
            return given;
        string[] candidates = [Path.Combine(input.Annotations, QuestionsName), Path.Combine(Path.GetFullPath(input.Annotations), "..", QuestionsName)];
        return Array.Find(candidates, File.Exists)
            ?? throw ErrorCatalog.FileNotFound.Fails(input.Annotations, $"there is no {QuestionsName} in it or beside it: give --questions FILE");
    }

    sealed record Item(string QuestionId, string Category, bool IsThere, bool SaysYes);
}
