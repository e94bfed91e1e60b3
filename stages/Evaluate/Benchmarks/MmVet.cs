using System.Text.Json.Nodes;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Benchmarks;

/// <summary>MM-Vet, scored by its authors' GPT-4 grader: answers by <c>v1_&lt;question id&gt;</c>.</summary>
sealed class MmVet : Benchmark
{
    const int QuestionCount = 218;

    public override string Name => "mmvet";

    public override string Title => "MM-Vet";

    public override int MaxNewTokens => 1024;

    public override PublishedScore Published => new(31.1, 36.1);

    public override bool IsScoredElsewhere => true;

    public override bool UploadNeedsAnnotations => false;

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => LlavaQuestionFile.Read(path, suffix);

    internal override UploadFile Upload(ScoringInput input)
    {
        var sheet = input.ReadSheet();
        input.RequireAllQuestions(sheet, Title, QuestionCount);
        var entries = sheet.Answers.Select(answer => KeyValuePair.Create<string, JsonNode?>($"v1_{answer.Id}", JsonValue.Create(answer.Text)));
        return new("mmvet_results.json", PythonJson.Serialize(new JsonObject(entries), indent: 2));
    }
}
