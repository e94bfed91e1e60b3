using System.Text.Json;
using Llava.Evaluate.Benchmarks;
using Llava.Evaluate.Questions;

namespace Llava.Golden.Tests.Evaluate;

/// <summary>Question files as LLaVA publishes them, and the prompts that its answers carry.</summary>
public sealed class QuestionTests : IDisposable
{
    const string Part = "eval";

    readonly ScratchFolder _folder = new();

    [Fact]
    public void Question_files_are_asked_as_they_stand() =>
        Compare(name => name is not ("scienceqa" or "mmbench"), (benchmark, samples) =>
        {
            var questions = Read(benchmark, Write("questions.jsonl", samples.Select(sample => JsonSerializer.Serialize(sample))));
            Assert.Equal(samples.Select(sample => sample.GetProperty("text").GetString()), questions.Select(question => question.Text));
            Assert.Equal(samples.Select(sample => sample.GetProperty("text").GetString()), questions.Select(question => question.Prompt));
            Assert.Equal(samples.Select(sample => sample.GetProperty("image").GetString()), questions.Select(question => question.Image!.Path));
            Assert.Equal(samples.Select(sample => sample.GetProperty("question_id").ToString()), questions.Select(question => question.Id.Text));
        });

    [Fact]
    public void ScienceQa_prompts_say_whether_there_is_a_picture() =>
        Compare(name => name == "scienceqa", (benchmark, samples) =>
        {
            const string Suffix = "\nAnswer with the option's letter from the given choices directly.";
            var questions = Read(benchmark, Write("questions.json", [JsonSerializer.Serialize(samples)]));
            Assert.Equal(samples.Select(sample => sample.TryGetProperty("image", out var image) ? image.GetString() : null), questions.Select(question => question.Image?.Path));
            var asked = samples.Select(sample => sample.GetProperty("conversations")[0].GetProperty("value").GetString()!).ToList();
            Assert.Equal(asked.Select(text => Placed(text) + Suffix), questions.Select(question => question.Prompt));
            Assert.Equal(asked.Select(text => text.Replace("<image>", "", StringComparison.Ordinal).Trim() + Suffix), questions.Select(question => question.Text));
        });

    [Fact]
    public void MmBench_prompts_are_those_of_the_published_answers() =>
        Compare(name => name == "mmbench", (benchmark, samples) => Assert.All(samples, sample =>
        {
            var prompt = sample.GetProperty("prompt").GetString()!;
            string[] options = [.. sample.GetProperty("options").EnumerateArray().Select(option => option.GetString()!).Concat(["", "", "", ""]).Take(4)];
            var question = prompt[..prompt.IndexOf("\nA. ", StringComparison.Ordinal)];
            var path = Write("dev.tsv", ["index\tquestion\thint\tA\tB\tC\tD\timage", $"{sample.GetProperty("question_id")}\t\"{question}\"\t\t{string.Join('\t', options)}\tAQID"]);
            Assert.Equal(prompt, Read(benchmark, path).Single().Prompt);
        }));

    public void Dispose() => _folder.Dispose();

    static void Compare(Func<string, bool> selects, Action<string, IReadOnlyList<JsonElement>> compare)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(GoldenSet.Require($"{Part}/prompt_samples.json")));
        Comparison.Each(Part, "prompts", document.RootElement.EnumerateObject().Where(benchmark => selects(benchmark.Name)), benchmark =>
        {
            JsonElement[] samples = [.. benchmark.Value.GetProperty("samples").EnumerateArray()];
            compare(benchmark.Name, samples);
            return samples.Length;
        });
    }

    /// <summary>The picture comes first, wherever the placeholder stood.</summary>
    static string Placed(string text) => text.Contains("<image>", StringComparison.Ordinal) ? $"<image>\n{text.Replace("<image>", "", StringComparison.Ordinal).Trim()}" : text;

    string Write(string name, IEnumerable<string> lines)
    {
        var path = _folder[name];
        File.WriteAllText(path, string.Concat(lines.Select(line => line + "\n")));
        return path;
    }

    static IReadOnlyList<Question> Read(string benchmark, string path)
    {
        var found = BenchmarkTable.Find(benchmark);
        return found.ReadQuestions(path, found.Suffix);
    }
}
