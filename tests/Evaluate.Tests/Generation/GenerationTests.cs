using System.Text.Json.Nodes;
using Llava.Evaluate.Generation;
using Llava.Tests;
using static TorchSharp.torch;

namespace Llava.Evaluate.Tests.Generation;

public sealed class GenerationTests
{
    const int NewTokens = 12;

    [Theory]
    [InlineData("small/"), InlineData("")]
    public void Greedy_answers_equal_the_reference_in_any_batch(string root)
    {
        using var folder = new TemporaryFolder();
        var golden = JsonNode.Parse(File.ReadAllText(GoldenData.Require($"{root}model/golden_client_init.json")))!.AsObject()
            .Select(entry => entry.Value!.AsObject()).Where(entry => (string?)entry["load_dtype"] == "float32").ToList();
        using var generator = LlavaGenerator.Load(GoldenLlava.Write(root, folder), CPU);
        var requests = golden.Select(entry => GenerationRequest.FromText(generator.Tokenizer, (string)entry["prompt"]!, Image(root, entry))).ToList();

        foreach (var (request, entry) in requests.Zip(golden))
            Assert.Equal(Integers(entry["input_ids"]!), request.InputIds);
        foreach (var batchSize in new[] { 1, 4, 16 })
        {
            var results = generator.Generate(requests, new GenerationOptions { MaximumNewTokens = NewTokens, BatchSize = batchSize });
            foreach (var (result, entry) in results.Zip(golden))
            {
                Assert.Equal(Integers(entry["generated_ids"]!), result.TokenIds.Prepend(generator.Tokenizer.BosId));
                Assert.Equal((string?)entry["text"], result.Text);
            }
        }
    }

    static string? Image(string root, JsonObject entry) =>
        (string)entry["image"]! is var name && name == "none" ? null : GoldenData.Require($"{root}model/images/{name}");

    static IEnumerable<int> Integers(JsonNode node) => node.AsArray().Select(item => (int)item!);
}
