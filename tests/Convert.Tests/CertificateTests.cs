using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Model.Checkpoints;

namespace Llava.Conversion.Tests;

/// <summary>What conversion.json says of a source whose keys are not simply renamed.</summary>
public sealed class CertificateTests
{
    const string Query = "text_model.transformer_decoder.layers.0.self_attn.proj_q_dense_layer.";
    const string Up = "text_model.transformer_decoder.layers.1.ffn.ffn.0.linear_layer.";

    [Theory]
    [InlineData(ModelFormat.HuggingFace, "hf")]
    [InlineData(ModelFormat.LlavaHf, "hf")]
    public async Task Every_key_of_a_checkpoint_with_adapters_is_accounted_for(ModelFormat target, string folder)
    {
        using var scratch = new ScratchFolder();
        await AdaptedAsync(scratch);
        await ConvertAsync(scratch["lora"], ModelFormat.ModelZoo, target, scratch[folder]);
        using var certificate = JsonDocument.Parse(File.ReadAllBytes(scratch[$"{folder}/conversion.json"]));
        AssertAccountsFor(scratch["lora"], certificate.RootElement);
        var merged = certificate.RootElement.GetProperty("tensors").EnumerateArray().Where(tensor => tensor.TryGetProperty("adapter", out _)).ToDictionary(tensor => tensor.GetProperty("source").GetString()!);
        Assert.Equal([Query + "weight", Up + "weight"], merged.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("merged with lora A, B, scaling; interleave the halves of each head", merged[Query + "weight"].GetProperty("rule").GetString());
        Assert.Equal([Query + "lora.A", Query + "lora.B", Query + "lora.scaling"], merged[Query + "weight"].GetProperty("adapter").EnumerateArray().Select(key => key.GetString()));
        Assert.Equal("merged with lora A, B, scaling; copy", merged[Up + "weight"].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task An_adapter_that_is_not_whole_is_named()
    {
        using var scratch = new ScratchFolder();
        await AdaptedAsync(scratch, name => name is not (Query + "lora.B" or Up + "weight"), TensorSource.FromFloats(Query + "lora.C", [1], new float[1]), TensorSource.FromFloats("text_model.lm_head.lora.A", [2, 95], new float[190]), TensorSource.FromFloats("text_model.lm_head.lora.B", [1000, 2], new float[2000]), TensorSource.FromFloats("text_model.lm_head.lora.scaling", [1], new float[1]));
        var file = scratch["lora/model.safetensors"];
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ConvertAsync(scratch["lora"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]));
        Assert.Equal(
            [
                $"{file}: error LLAVA4009: text_model.lm_head.lora.A F32 [2, 95], text_model.lm_head.lora.B F32 [1000, 2] and text_model.lm_head.lora.scaling F32 [1] do not correct text_model.lm_head.weight F16 [1000, 96]",
                $"{file}: error LLAVA4007: there is no tensor {Query}lora.B, which {Query}lora.A belongs to",
                $"{file}: error LLAVA4008: {Query}lora.C F32 [1] is no part of a low-rank adapter: A, B, scaling are",
                $"{file}: error LLAVA4007: there is no tensor {Up}weight, which {Up}lora.A belongs to",
            ],
            error.Diagnostics.Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData(ModelFormat.ModelZoo)]
    [InlineData(ModelFormat.HuggingFace)]
    public async Task Every_key_of_a_llava_hf_folder_is_accounted_for_as_it_is_stored(ModelFormat target)
    {
        using var scratch = new ScratchFolder();
        await ConvertAsync(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]);
        await ConvertAsync(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]);
        await ConvertAsync(scratch["lhf"], ModelFormat.LlavaHf, target, scratch["out"]);
        using var certificate = JsonDocument.Parse(File.ReadAllBytes(scratch["out/conversion.json"]));
        AssertAccountsFor(scratch["lhf"], certificate.RootElement);
        var table = certificate.RootElement.GetProperty("tensors").EnumerateArray().First(tensor => tensor.GetProperty("source").GetString() == "language_model.model.embed_tokens.weight");
        Assert.Equal("copy; rows from 1000 on, of added tokens, left out", table.GetProperty("rule").GetString());
    }

    [Fact]
    public async Task The_sources_are_the_weights_and_all_that_was_read_beside_them()
    {
        using var scratch = new ScratchFolder();
        await ConvertAsync(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["train/checkpoint_3"]);
        File.Move(scratch["train/checkpoint_3/config.yaml"], scratch["params.yaml"]);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["train"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]) { ConfigPath = scratch["params.yaml"], TokenizerFolder = Path.Combine(GoldenPairs.Pickled, "text_model") }, SilentStageLog.Instance, default);
        using var certificate = JsonDocument.Parse(File.ReadAllBytes(scratch["hf/conversion.json"]));
        Assert.Equal(
            ["checkpoint_3/model.safetensors", "params.yaml", "special_tokens_map.json", "tokenizer.model", "tokenizer_config.json"],
            certificate.RootElement.GetProperty("sources").EnumerateArray().Select(source => source.GetProperty("file").GetString()));
    }

    [Fact]
    public async Task Text_beside_the_tensors_travels_with_them_or_is_said_not_to()
    {
        using var scratch = new ScratchFolder();
        GoldenPairs.InSafetensors(scratch);
        foreach (var (part, licence) in new[] { ("image_model", "openai"), ("text_model", "meta") })
            Rewrite(scratch[part], new Dictionary<string, string> { ["licence"] = licence });
        await ConvertAsync(scratch.Path, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]);
        await ConvertAsync(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]);
        await ConvertAsync(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]);
        foreach (var folder in new[] { "cs", "hf/image_model", "hf/text_model_llava", "lhf" })
        {
            using var written = CheckpointFolder.Open(scratch[folder]);
            Assert.Equal(("pt", "openai; meta"), (written.Metadata["format"], written.Metadata["licence"]));
        }
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["bin"]) { Container = CheckpointFormat.Bin }, SilentStageLog.Instance, default);
        using var certificate = JsonDocument.Parse(File.ReadAllBytes(scratch["bin/conversion.json"]));
        var lost = Assert.Single(certificate.RootElement.GetProperty("config_not_carried").EnumerateArray());
        Assert.Equal(("__metadata__", "licence", "openai; meta"), (lost.GetProperty("file").GetString(), lost.GetProperty("key").GetString(), lost.GetProperty("value").GetString()));
    }

    static void AssertAccountsFor(string source, JsonElement certificate)
    {
        var accounted = certificate.GetProperty("tensors").EnumerateArray().SelectMany(tensor => Keys(tensor, "adapter").Append(tensor.GetProperty("source").GetString()))
            .Concat(certificate.GetProperty("dropped").EnumerateArray().Select(drop => drop.GetProperty("name").GetString()));
        using var stored = CheckpointFolder.Open(source);
        Assert.Equal(stored.Tensors.Select(tensor => tensor.Name), accounted.OfType<string>().Distinct().Order(StringComparer.Ordinal));
    }

    static IEnumerable<string?> Keys(JsonElement tensor, string name) => tensor.TryGetProperty(name, out var keys) ? keys.EnumerateArray().Select(key => key.GetString()) : [];

    static async Task AdaptedAsync(ScratchFolder scratch, Func<string, bool>? kept = null, params TensorSource[] others)
    {
        await ConvertAsync(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]);
        using var plain = CheckpointFolder.Open(scratch["cs"]);
        TensorSource[] adapters = [.. Adapter(Query, 96, 96), .. Adapter(Up, 192, 96)];
        new CheckpointWriter().Write(scratch["lora"], CheckpointFormat.Safetensors, plain.Tensors.Select(tensor => TensorSource.From(plain, tensor)).Concat(adapters).Where(tensor => kept?.Invoke(tensor.Info.Name) != false).Concat(others));
        foreach (var file in Directory.GetFiles(scratch["cs"]).Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal) && !file.EndsWith("conversion.json", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(scratch["lora"], Path.GetFileName(file)));
    }

    static TensorSource[] Adapter(string layer, int outputs, int inputs) =>
    [
        TensorSource.FromFloats(layer + "lora.A", [2, inputs], Enumerable.Range(0, 2 * inputs).Select(i => i * 1e-3f).ToArray()),
        TensorSource.FromFloats(layer + "lora.B", [outputs, 2], Enumerable.Range(0, 2 * outputs).Select(i => i * 1e-3f).ToArray()),
        TensorSource.FromFloats(layer + "lora.scaling", [1], new[] { 2f }),
    ];

    static void Rewrite(string folder, Dictionary<string, string> metadata)
    {
        TensorSource[] tensors;
        using (var reader = CheckpointFolder.Open(folder))
            tensors = [.. reader.Tensors.Select(tensor => TensorSource.FromBytes(tensor.Name, tensor.ElementType, tensor.Shape, reader.ReadBytes(tensor.Name)))];
        new CheckpointWriter { Metadata = metadata }.Write(folder, CheckpointFormat.Safetensors, tensors);
    }

    static Task ConvertAsync(string source, ModelFormat from, ModelFormat to, string output) =>
        ConvertStage.RunAsync(new ConvertOptions(source, from, to, output), SilentStageLog.Instance, default);
}
