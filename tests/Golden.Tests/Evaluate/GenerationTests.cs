using System.Text.Json.Nodes;
using Llava.Generate;
using Llava.Generate.Prompts;
using Llava.Golden.Tests.Model;
using Llava.Model.Checkpoints;
using static TorchSharp.torch;

namespace Llava.Golden.Tests.Evaluate;

/// <summary>What the LLaVA repository itself answered with the exported model.</summary>
public sealed class GenerationTests
{
    // More than the largest batch holds, so that no batch size divides them.
    const int Requests = 19;

    [Theory]
    [InlineData(""), InlineData("small/")]
    public void Greedy_answers_equal_the_reference_in_any_batch(string prefix)
    {
        var folder = new ModelFolder(prefix);
        using var scratch = new ScratchFolder();
        JsonObject[] runs = [.. Runs(folder).Where(entry => (string?)entry["load_dtype"] == "float32")];
        JsonObject[] golden = [.. Enumerable.Range(0, Requests).Select(request => runs[request % runs.Length])];
        using var generator = LlavaGenerator.Load(folder.WithProjector(scratch, "text_model_llava", CheckpointFormat.Safetensors), CPU);
        var requests = golden.Select(entry => GenerationRequest.FromText(generator.Tokenizer, (string)entry["prompt"]!, Image(folder, entry))).ToList();

        foreach (var (request, entry) in requests.Zip(golden))
            Assert.Equal(Integers(entry["input_ids"]!), request.InputIds);
        var newTokens = golden.Max(entry => Integers(entry["generated_ids"]!).Count()) - 1;
        Comparison.Each(folder.Part, "generated answers", new[] { 1, 4, 16 }, batchSize =>
        {
            var results = generator.Generate(requests, new GenerationOptions { MaximumNewTokens = newTokens, BatchSize = batchSize });
            foreach (var (result, entry) in results.Zip(golden))
            {
                Assert.Equal(Integers(entry["generated_ids"]!), result.TokenIds.Prepend(generator.Tokenizer.BosId));
                Assert.Equal((string?)entry["text"], result.Text);
            }
            return golden.Length;
        });
    }

    [Theory]
    [InlineData(""), InlineData("small/")]
    public void Prompts_equal_those_that_the_exported_model_was_asked(string prefix)
    {
        var folder = new ModelFolder(prefix);
        var tokenizer = Llava.Data.Tokenization.LlamaTokenizer.Load(folder.Require("hf_in/text_model"));
        Comparison.Each(folder.Part, "prompts", Runs(folder).Where(run => run.ContainsKey("question")), run =>
        {
            var prompt = (string)run["prompt"]!;
            var turns = VicunaPrompt.Ask((string)run["question"]!, Image(folder, run) is not null);
            var isConversation = prompt.StartsWith("A chat", StringComparison.Ordinal);
            Assert.Equal(prompt, isConversation ? VicunaPrompt.ToText(turns) : prompt);
            Assert.Equal(Integers(run["input_ids"]!), isConversation ? VicunaPrompt.Encode(tokenizer, turns) : RawPrompt.Encode(tokenizer, prompt));
            return 1;
        });
    }

    static IReadOnlyList<JsonObject> Runs(ModelFolder folder) =>
        [.. JsonNode.Parse(File.ReadAllText(folder.Require("golden_client_init.json")))!.AsObject().Select(entry => entry.Value!.AsObject())];

    static string? Image(ModelFolder folder, JsonObject entry) => (string)entry["image"]! is var name && name == "none" ? null : folder.Require($"images/{name}");

    static IEnumerable<int> Integers(JsonNode node) => node.AsArray().Select(item => (int)item!);
}
