using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;

namespace Llava.Conversion.Tests;

/// <summary>Every key of every JSON file that a conversion reads, set to what it is not: the conversion succeeds, or fails with a code.</summary>
public sealed class MutatedConfigTests
{
    static readonly string[] Values = ["null", "3", "-1", "1e300", "2000000000", "\"x\"", "\"\\ud800\"", "[]", "{}", "{\"type\": 3, \"factor\": \"x\"}"];

    static readonly string[] FewValues = ["null", "3", "\"x\"", "[]", "{}"];

    // Keys that golden files lack, and that are read where they are there.
    static readonly string[] OtherKeys = ["rope_parameters", "image_token_id", "multimodal_projector_bias", "attention_bias", "vision_config", "text_config", "num_key_value_heads"];

    [Theory]
    [InlineData("image_model/config.json")]
    [InlineData("image_model/preprocessor_config.json")]
    [InlineData("text_model_llava/config.json")]
    [InlineData("text_model_llava/tokenizer_config.json")]
    [InlineData("text_model_llava/special_tokens_map.json")]
    [InlineData("text_model_llava/added_tokens.json")]
    public async Task Of_a_pair(string file)
    {
        using var scratch = new ScratchFolder();
        var pair = await PairAsync(scratch);
        await RunAsync(scratch, pair, ModelFormat.HuggingFace, ModelFormat.LlavaHf, scratch[$"pair/{file}"], []);
        if (file.EndsWith("/config.json", StringComparison.Ordinal))
            await RunAsync(scratch, pair, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch[$"pair/{file}"], []);
    }

    [Theory]
    [InlineData("config.json", "")]
    [InlineData("config.json", "text_config")]
    [InlineData("config.json", "vision_config")]
    [InlineData("preprocessor_config.json", "")]
    [InlineData("tokenizer_config.json", "")]
    [InlineData("added_tokens.json", "")]
    public async Task Of_a_llava_hf_folder(string file, string section)
    {
        using var scratch = new ScratchFolder();
        await ConvertAsync(await PairAsync(scratch), ModelFormat.HuggingFace, ModelFormat.LlavaHf, scratch["lhf"]);
        await RunAsync(scratch, scratch["lhf"], ModelFormat.LlavaHf, ModelFormat.HuggingFace, scratch[$"lhf/{file}"], section.Length == 0 ? [] : [section]);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("")]
    [InlineData("{\"hidden_size\": 96, \"hidden_size\": 97}")]
    public async Task Of_a_file_that_is_no_object(string text)
    {
        foreach (var file in new[] { "pair/image_model/config.json", "pair/text_model_llava/config.json", "pair/image_model/preprocessor_config.json" })
        {
            using var scratch = new ScratchFolder();
            var pair = await PairAsync(scratch);
            File.WriteAllText(scratch[file], text);
            var problem = await ProblemAsync(pair, ModelFormat.HuggingFace, ModelFormat.LlavaHf, scratch["out"]);
            Assert.StartsWith($"{scratch[file]}", problem, StringComparison.Ordinal);
            Assert.Contains(": error LLAVA4011: ", problem, StringComparison.Ordinal);
            Assert.False(Directory.Exists(scratch["out"]));
        }
    }

    // With a projector, so that it converts into everything.
    static async Task<string> PairAsync(ScratchFolder scratch)
    {
        await ConvertAsync(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]);
        await ConvertAsync(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["pair"]);
        return scratch["pair"];
    }

    static async Task RunAsync(ScratchFolder scratch, string source, ModelFormat from, ModelFormat to, string path, string[] section)
    {
        var original = File.Exists(path) ? File.ReadAllText(path) : "{}";
        var failures = new List<string>();
        foreach (var key in Section(JsonNode.Parse(original)!, section).Select(entry => entry.Key).Concat(OtherKeys).Distinct().ToArray())
        {
            foreach (var value in path.EndsWith("/config.json", StringComparison.Ordinal) ? Values : FewValues)
            {
                File.WriteAllText(path, With(original, section, key, value));
                if (await ProblemAsync(source, from, to, scratch["out"]) is { } problem && !problem.Contains(": error LLAVA4", StringComparison.Ordinal))
                    failures.Add($"{key}: {value}: {problem}");
            }
        }
        File.WriteAllText(path, original);
        Assert.Null(await ProblemAsync(source, from, to, scratch["out"]));
        Assert.Empty(failures);
    }

    // Written as text: no node holds half of a surrogate pair.
    static string With(string original, string[] section, string key, string value)
    {
        const string place = "the mutated value";
        var root = JsonNode.Parse(original)!;
        Section(root, section)[key] = place;
        return root.ToJsonString().Replace($"\"{place}\"", value, StringComparison.Ordinal);
    }

    static JsonObject Section(JsonNode root, string[] section) => section.Aggregate(root, (node, name) => node[name]!).AsObject();

    static async Task<string?> ProblemAsync(string source, ModelFormat from, ModelFormat to, string output)
    {
        try
        {
            await ConvertAsync(source, from, to, output);
            return null;
        }
        catch (DiagnosticException coded)
        {
            return coded.Message;
        }
        catch (Exception error)
        {
            return error.ToString();
        }
    }

    static Task ConvertAsync(string source, ModelFormat from, ModelFormat to, string output) =>
        ConvertStage.RunAsync(new ConvertOptions(source, from, to, output), SilentStageLog.Instance, default);
}
