using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Conversion.Inspection;
using Llava.Model.Checkpoints;

namespace Llava.Conversion.Tests;

/// <summary>The layout of transformers' LlavaForConditionalGeneration.</summary>
public sealed class LlavaHfTests
{
    [Fact]
    public async Task There_and_back_the_checkpoint_and_its_yaml_are_what_they_were()
    {
        using var scratch = new ScratchFolder();
        await ExportedAsync(scratch);
        await ConvertAsync(scratch["lhf"], ModelFormat.LlavaHf, ModelFormat.ModelZoo, scratch["back"], verify: true);
        foreach (var file in new[] { "model.safetensors", "config.yaml", "tokenizer.model" })
            Assert.Equal(File.ReadAllBytes(scratch[$"cs/{file}"]), File.ReadAllBytes(scratch[$"back/{file}"]));
        await ConvertAsync(scratch["lhf"], ModelFormat.LlavaHf, ModelFormat.HuggingFace, scratch["hf"], verify: true);
        Assert.Empty(CheckpointComparison.Differences(scratch["hf"], scratch["lhf"]));
        Assert.DoesNotContain("<image>", File.ReadAllText(scratch["hf/text_model_llava/tokenizer_config.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pair_and_its_ModelZoo_form_give_the_same_export()
    {
        using var scratch = new ScratchFolder();
        await ExportedAsync(scratch);
        await ConvertAsync(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]);
        await ConvertAsync(scratch["hf"], ModelFormat.HuggingFace, ModelFormat.LlavaHf, scratch["from_pair"]);
        foreach (var file in Directory.GetFiles(scratch["lhf"]).Select(file => Path.GetFileName(file)!).Except(["conversion.json"]))
            Assert.Equal(File.ReadAllBytes(scratch[$"lhf/{file}"]), File.ReadAllBytes(scratch[$"from_pair/{file}"]));
    }

    [Fact]
    public async Task Keys_and_configuration_are_those_of_transformers()
    {
        using var scratch = new ScratchFolder();
        await ExportedAsync(scratch);
        using var exported = CheckpointFolder.Open(scratch["lhf"]);
        string[] expected =
        [
            "language_model.lm_head.weight", "language_model.model.embed_tokens.weight", "language_model.model.layers.0.self_attn.q_proj.weight", "language_model.model.norm.weight",
            "multi_modal_projector.linear_1.bias", "multi_modal_projector.linear_1.weight", "multi_modal_projector.linear_2.bias", "multi_modal_projector.linear_2.weight",
            "vision_tower.vision_model.embeddings.class_embedding", "vision_tower.vision_model.pre_layrnorm.weight", "vision_tower.vision_model.post_layernorm.bias",
        ];
        Assert.All(expected, name => Assert.NotNull(exported.Find(name)));
        Assert.Equal("F16 [1024, 96]", exported.Get("language_model.model.embed_tokens.weight").ToString());
        var config = JsonNode.Parse(File.ReadAllText(scratch["lhf/config.json"]))!;
        Assert.Equal(["LlavaForConditionalGeneration"], config["architectures"]!.AsArray().Select(name => (string)name!));
        Assert.Equal((1000, 1001, 1024, -2, "default"), ((int)config["image_token_index"]!, (int)config["pad_token_id"]!, (int)config["text_config"]!["vocab_size"]!, (int)config["vision_feature_layer"]!, (string)config["vision_feature_select_strategy"]!));
        Assert.Equal("""{"<image>":1000,"<pad>":1001}""", JsonNode.Parse(File.ReadAllText(scratch["lhf/added_tokens.json"]))!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(14, (int)JsonNode.Parse(File.ReadAllText(scratch["lhf/processor_config.json"]))!["patch_size"]!);
    }

    [Fact]
    public async Task Rows_of_added_tokens_lie_around_the_mean_and_depend_on_the_seed_alone()
    {
        using var scratch = new ScratchFolder();
        await ExportedAsync(scratch);
        await ConvertAsync(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["again"], seed: 1);
        using var exported = CheckpointFolder.Open(scratch["lhf"]);
        using var other = CheckpointFolder.Open(scratch["again"]);
        const string table = "language_model.model.embed_tokens.weight";
        var values = MemoryMarshal.Cast<byte, Half>(exported.ReadBytes(table)).ToArray().Select(value => (double)value).ToArray();
        var (own, added) = (values[..(1000 * 96)].Chunk(96).ToArray(), values[(1000 * 96)..].Chunk(96).ToArray());
        var mean = Enumerable.Range(0, 96).Select(column => own.Average(row => row[column])).ToArray();
        var spread = Math.Sqrt(own.Average(row => row.Select((value, column) => Math.Pow(value - mean[column], 2)).Average()));
        var addedSpread = Math.Sqrt(added.Average(row => row.Select((value, column) => Math.Pow(value - mean[column], 2)).Average()));
        Assert.InRange(addedSpread / spread, 0.9 * Math.Sqrt(1e-5), 1.1 * Math.Sqrt(1e-5));
        Assert.Equal(exported.ReadBytes(table)[..(1000 * 96 * 2)], other.ReadBytes(table)[..(1000 * 96 * 2)]);
        Assert.NotEqual(exported.ReadBytes(table), other.ReadBytes(table));
    }

    [Fact]
    public async Task The_names_of_newer_releases_are_read_too()
    {
        using var scratch = new ScratchFolder();
        await ExportedAsync(scratch);
        Directory.CreateDirectory(scratch["new"]);
        foreach (var file in Directory.GetFiles(scratch["lhf"]))
            File.Copy(file, Path.Combine(scratch["new"], Path.GetFileName(file)));
        TensorSource[] renamed;
        using (var exported = CheckpointFolder.Open(scratch["lhf"]))
            renamed = [.. exported.Tensors.Select(tensor => TensorSource.FromBytes(Newer(tensor.Name), tensor.ElementType, tensor.Shape, exported.ReadBytes(tensor.Name)))];
        new CheckpointWriter().Write(scratch["new"], CheckpointFormat.Safetensors, renamed);
        Assert.Empty(CheckpointComparison.Differences(scratch["lhf"], scratch["new"]));
    }

    [Fact]
    public async Task A_format_to_itself_is_refused_with_what_there_is()
    {
        using var scratch = new ScratchFolder();
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ConvertAsync(scratch.Path, ModelFormat.LlavaHf, ModelFormat.LlavaHf, scratch["out"]));
        Assert.Equal("llava: error LLAVA4012: from llava-hf to llava-hf there is nothing to convert; llava-hf converts to hf, cs-2.3", error.Message);
    }

    [Fact]
    public void The_list_names_every_conversion()
    {
        Assert.Equal(["hf        -> cs-2.3, llava-hf", "cs-2.3    -> hf, llava-hf", "llava-hf  -> hf, cs-2.3"], ModelFormats.Describe().Take(3).Select(line => line[..29].TrimEnd()));
    }

    static string Newer(string name) => name switch
    {
        _ when name.StartsWith("language_model.model.", StringComparison.Ordinal) => "model.language_model." + name["language_model.model.".Length..],
        "language_model.lm_head.weight" => "lm_head.weight",
        _ => "model." + name,
    };

    static async Task ExportedAsync(ScratchFolder scratch)
    {
        await ConvertAsync(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]);
        await ConvertAsync(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"], verify: true);
    }

    static Task ConvertAsync(string source, ModelFormat from, ModelFormat to, string output, bool verify = false, long seed = 0) =>
        ConvertStage.RunAsync(new ConvertOptions(source, from, to, output) { Verify = verify, Seed = seed }, SilentStageLog.Instance, default);
}
