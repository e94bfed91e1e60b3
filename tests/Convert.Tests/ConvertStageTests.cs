using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;
using Llava.Tests;
using static Llava.Conversion.Tests.Conversions;

namespace Llava.Conversion.Tests;

public sealed class ConvertStageTests
{
    [Fact]
    public async Task Pickled_and_safetensors_sources_give_the_same_checkpoint()
    {
        using var scratch = new ScratchFolder();
        using var safetensors = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["from_bin"]);
        await ImportAsync(GoldenPairs.InSafetensors(safetensors), scratch["from_safetensors"]);
        Assert.Equal(["config.yaml", "conversion.json", "model.safetensors", "preprocessor_config.json", "special_tokens_map.json", "tokenizer.model", "tokenizer_config.json"], Files(scratch["from_bin"]));
        foreach (var file in Files(scratch["from_bin"]).Except(["conversion.json"]))
            Assert.Equal(File.ReadAllBytes(Path.Combine(scratch["from_bin"], file)), File.ReadAllBytes(Path.Combine(scratch["from_safetensors"], file)));
    }

    [Fact]
    public async Task The_same_conversion_in_another_folder_gives_the_same_bytes()
    {
        using var scratch = new ScratchFolder();
        foreach (var folder in new[] { "a", "b" })
        {
            await ImportAsync(GoldenPairs.Pickled, scratch[$"{folder}/cs"]);
            await ExportAsync(scratch[$"{folder}/cs"], scratch[$"{folder}/hf"]);
        }
        Assert.Equal(Files(scratch["a"]), Files(scratch["b"]));
        Assert.All(Files(scratch["a"]), file => Assert.Equal(File.ReadAllBytes(Path.Combine(scratch["a"], file)), File.ReadAllBytes(Path.Combine(scratch["b"], file))));
    }

    [Theory]
    [InlineData(CheckpointFormat.Safetensors)]
    [InlineData(CheckpointFormat.Bin)]
    [InlineData(CheckpointFormat.Mdl)]
    public async Task Converting_there_and_back_gives_the_source_tensor_by_tensor(CheckpointFormat container)
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"], container);
        await ExportAsync(scratch["cs"], scratch["hf"], container == CheckpointFormat.Mdl ? CheckpointFormat.Safetensors : container);
        AssertSame("image_model", scratch["hf/image_model"], tensor => tensor.StartsWith("vision_model.", StringComparison.Ordinal) && !tensor.EndsWith("position_ids", StringComparison.Ordinal));
        AssertSame("text_model", scratch["hf/text_model_llava"], _ => true);
    }

    [Fact]
    public async Task An_export_has_the_layout_that_LLaVA_loads()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]) { MaximumShardBytes = 300_000 }, SilentStageLog.Instance, default);
        Assert.Equal(
            [
                "conversion.json", "image_model/config.json", "image_model/model-00001-of-00003.safetensors", "image_model/model-00002-of-00003.safetensors",
                "image_model/model-00003-of-00003.safetensors", "image_model/model.safetensors.index.json", "image_model/preprocessor_config.json",
                "text_model_llava/config.json", "text_model_llava/model-00001-of-00004.safetensors", "text_model_llava/model-00002-of-00004.safetensors",
                "text_model_llava/model-00003-of-00004.safetensors", "text_model_llava/model-00004-of-00004.safetensors", "text_model_llava/model.safetensors.index.json",
                "text_model_llava/special_tokens_map.json", "text_model_llava/tokenizer.model", "text_model_llava/tokenizer_config.json",
            ],
            Files(scratch["hf"]));
        var config = JsonNode.Parse(File.ReadAllText(scratch["hf/text_model_llava/config.json"]))!.AsObject();
        Assert.Equal("../image_model", (string?)config["mm_vision_tower"]);
        config.Remove("mm_vision_tower");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(GoldenData.Require("small/convert/hf_config_from_cs_tiny_text_model.json"))), config));
        using var text = CheckpointFolder.Open(scratch["hf/text_model_llava"]);
        Assert.Equal("pt", text.Metadata["format"]);
    }

    [Fact]
    public async Task A_towers_own_way_to_prepare_pictures_travels_with_it()
    {
        using var scratch = new ScratchFolder();
        using var pair = new ScratchFolder();
        GoldenPairs.InSafetensors(pair);
        var path = pair["image_model/preprocessor_config.json"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("0.48145466", "0.5", StringComparison.Ordinal));
        await ImportAsync(pair.Path, scratch["cs"]);
        await ExportAsync(scratch["cs"], scratch["hf"]);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]), SilentStageLog.Instance, default);
        Assert.Equal(File.ReadAllText(path), File.ReadAllText(scratch["hf/image_model/preprocessor_config.json"]));
        var processor = JsonNode.Parse(File.ReadAllText(scratch["lhf/preprocessor_config.json"]))!;
        Assert.Equal("""[0.5,0.4578275,0.40821073]""", processor["image_mean"]!.ToJsonString());
        Assert.Equal("""{"shortest_edge":56}""", processor["size"]!.ToJsonString());
    }

    [Fact]
    public async Task An_export_opens_again_as_the_model_it_was()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        await ExportAsync(scratch["cs"], scratch["hf"]);
        using var original = LlavaCheckpoint.Open(scratch["cs"]);
        foreach (var path in new[] { scratch["hf"], scratch["hf/text_model_llava"] })
        {
            using var exported = LlavaCheckpoint.Open(path);
            Assert.Equal(scratch["hf/text_model_llava"], exported.TokenizerFolder);
            Assert.Equal(original.Tensors.Tensors.Select(tensor => tensor.Name), exported.Tensors.Tensors.Select(tensor => tensor.Name));
            Assert.All(original.Tensors.Tensors, tensor => Assert.Equal(original.Tensors.ReadBytes(tensor.Name), exported.Tensors.ReadBytes(tensor.Name)));
        }
    }

    [Fact]
    public async Task A_missing_projector_is_drawn_from_the_seed_within_its_bounds()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["a"], seed: 1);
        await ImportAsync(GoldenPairs.Pickled, scratch["b"], seed: 2);
        using var first = CheckpointFolder.Open(scratch["a"]);
        using var second = CheckpointFolder.Open(scratch["b"]);
        foreach (var (name, inputs) in new[] { ("projector_image_model.ffn.0.linear_layer.weight", 64), ("projector_image_model.ffn.1.linear_layer.bias", 96) })
        {
            var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(first.ReadBytes(name)).ToArray();
            Assert.InRange(values.Max(Math.Abs), 0.9 / Math.Sqrt(inputs), 1 / Math.Sqrt(inputs));
            Assert.InRange(values.Average(), -0.2 / Math.Sqrt(inputs), 0.2 / Math.Sqrt(inputs));
            Assert.NotEqual(first.ReadBytes(name), second.ReadBytes(name));
        }
    }

    [Fact]
    public async Task The_certificate_accounts_for_every_tensor_of_the_source()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        using var certificate = JsonDocument.Parse(File.ReadAllBytes(scratch["cs/conversion.json"]));
        var accounted = certificate.RootElement.GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("source").GetString())
            .Concat(certificate.RootElement.GetProperty("dropped").EnumerateArray().Select(drop => drop.GetProperty("name").GetString()));
        using var image = CheckpointFolder.Open(Path.Combine(GoldenPairs.Pickled, "image_model"));
        using var text = CheckpointFolder.Open(Path.Combine(GoldenPairs.Pickled, "text_model"));
        Assert.Equal(image.Tensors.Concat(text.Tensors).Select(tensor => tensor.Name).Order(StringComparer.Ordinal), accounted.OfType<string>().Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "image_model/config.json", "image_model/preprocessor_config.json", "image_model/pytorch_model.bin", "text_model/config.json",
                "text_model/pytorch_model-00001-of-00002.bin", "text_model/pytorch_model-00002-of-00002.bin", "text_model/pytorch_model.bin.index.json",
                "text_model/special_tokens_map.json", "text_model/tokenizer.model", "text_model/tokenizer_config.json",
            ],
            certificate.RootElement.GetProperty("sources").EnumerateArray().Select(source => source.GetProperty("file").GetString()));
    }

    [Fact]
    public async Task The_newest_checkpoint_of_a_training_is_exported()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["train/checkpoint_9"], seed: 1);
        await ImportAsync(GoldenPairs.Pickled, scratch["train/checkpoint_10"], seed: 2);
        await ConvertStage.RunAsync(
            new ConvertOptions(scratch["train"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"])
            {
                ConfigPath = GoldenData.Require("small/convert/cs_config_tiny.yaml"),
                TokenizerFolder = Path.Combine(GoldenPairs.Pickled, "text_model"),
            },
            SilentStageLog.Instance,
            default);
        using var newest = CheckpointFolder.Open(scratch["train/checkpoint_10"]);
        using var exported = CheckpointFolder.Open(scratch["hf/text_model_llava"]);
        Assert.Equal(newest.ReadBytes("projector_image_model.ffn.0.linear_layer.bias"), exported.ReadBytes("model.mm_projector.0.bias"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_trained_tower_in_the_language_models_checkpoint_is_a_warning(bool trained)
    {
        using var scratch = new ScratchFolder();
        GoldenPairs.InSafetensors(scratch);
        using (var text = CheckpointFolder.Open(scratch["text_model"]))
        {
            TensorSource[] tensors = [.. text.Tensors.Select(tensor => TensorSource.FromBytes(tensor.Name, tensor.ElementType, tensor.Shape, text.ReadBytes(tensor.Name))), TensorSource.FromFloats("model.vision_tower.vision_tower.vision_model.post_layernorm.weight", [64], new float[64])];
            new CheckpointWriter().Write(scratch["text_model"], CheckpointFormat.Safetensors, tensors);
        }
        File.WriteAllText(scratch["text_model/config.json"], File.ReadAllText(scratch["text_model/config.json"]).Replace("\"unfreeze_mm_vision_tower\": false", $"\"unfreeze_mm_vision_tower\": {(trained ? "true" : "false")}", StringComparison.Ordinal));
        var log = new CollectedWarnings();
        await ConvertStage.RunAsync(new ConvertOptions(scratch.Path, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]), log, default);
        string[] expected = [$"{scratch["text_model/config.json"]}: warning LLAVA4017: unfreeze_mm_vision_tower is true and model.safetensors holds a vision tower (model.vision_tower.vision_tower.vision_model.post_layernorm.weight, …), but the tower is taken from {scratch["image_model"]}"];
        Assert.Equal(trained ? expected : [], log.Warnings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CLIPs_own_folder_with_the_weights_of_other_frameworks_converts(bool withSafetensors)
    {
        using var scratch = new ScratchFolder();
        using var safetensors = new ScratchFolder();
        GoldenPairs.InSafetensors(safetensors);
        Directory.Move(safetensors["text_model"], scratch["text_model"]);
        Directory.CreateDirectory(scratch["image_model"]);
        foreach (var file in Directory.GetFiles(Path.Combine(GoldenPairs.Pickled, "image_model")).Concat(withSafetensors ? Directory.GetFiles(safetensors["image_model"], "*.safetensors") : []))
            File.Copy(file, Path.Combine(scratch["image_model"], Path.GetFileName(file)));
        File.WriteAllText(scratch["image_model/tf_model.h5"], "");
        File.WriteAllText(scratch["image_model/flax_model.msgpack"], "");
        await ImportAsync(scratch.Path, scratch["cs"]);
        await ImportAsync(GoldenPairs.Pickled, scratch["expected"]);
        Assert.Equal(File.ReadAllBytes(scratch["expected/model.safetensors"]), File.ReadAllBytes(scratch["cs/model.safetensors"]));
    }

    [Fact]
    public async Task Weights_that_are_not_finite_are_a_warning()
    {
        using var scratch = new ScratchFolder();
        var pair = GoldenPairs.InSafetensors(scratch);
        using (var text = CheckpointFolder.Open(Path.Combine(pair, "text_model")))
        {
            var poisoned = text.Tensors.Select(tensor => tensor.Name == "model.norm.weight"
                ? TensorSource.FromBytes(tensor.Name, tensor.ElementType, tensor.Shape, Poison(text.ReadBytes(tensor.Name)))
                : TensorSource.FromBytes(tensor.Name, tensor.ElementType, tensor.Shape, text.ReadBytes(tensor.Name))).ToArray();
            new CheckpointWriter().Write(Path.Combine(pair, "text_model"), CheckpointFormat.Safetensors, poisoned);
        }
        var log = new CollectedWarnings();
        await ConvertStage.RunAsync(new ConvertOptions(pair, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]), log, default);
        Assert.Equal([$"{scratch["text_model/model.safetensors"]}: warning LLAVA4013: model.norm.weight holds 2 values that are NaN or infinite"], log.Warnings);
    }

    [Fact]
    public async Task A_truncated_shard_is_one_error_and_nothing_is_written()
    {
        using var scratch = new ScratchFolder();
        using var pair = new ScratchFolder();
        GoldenPairs.InSafetensors(pair);
        var shard = Directory.GetFiles(pair["text_model"], "*.safetensors").Order(StringComparer.Ordinal).First();
        File.WriteAllBytes(shard, File.ReadAllBytes(shard)[..^100]);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ImportAsync(pair.Path, scratch["cs"]));
        Assert.Matches("^" + System.Text.RegularExpressions.Regex.Escape(shard) + ": error LLAVA4001: the tensors take [0-9]+ bytes, but [0-9]+ follow the header: the file is cut short$", error.Message);
        Assert.False(Directory.Exists(scratch["cs"]));
    }

    [Fact]
    public async Task A_Vicunas_own_configuration_gives_the_same_as_LLaVAs()
    {
        using var scratch = new ScratchFolder();
        foreach (var file in Directory.GetFiles(GoldenPairs.Pickled, "*", SearchOption.AllDirectories))
        {
            var copy = scratch[Path.Combine("pair", Path.GetRelativePath(GoldenPairs.Pickled, file))];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        File.Move(scratch["pair/text_model/config_lmsys.json"], scratch["pair/text_model/config.json"], overwrite: true);
        await ImportAsync(scratch["pair"], scratch["vicuna"]);
        await ImportAsync(GoldenPairs.Pickled, scratch["llava"]);
        foreach (var file in new[] { "config.yaml", "model.safetensors" })
            Assert.Equal(File.ReadAllBytes(scratch[$"llava/{file}"]), File.ReadAllBytes(scratch[$"vicuna/{file}"]));
    }

    static byte[] Poison(byte[] halves)
    {
        BitConverter.GetBytes(Half.NaN).CopyTo(halves, 2);
        BitConverter.GetBytes(Half.NegativeInfinity).CopyTo(halves, halves.Length - 2);
        return halves;
    }

    static void AssertSame(string part, string exported, Func<string, bool> kept)
    {
        using var source = CheckpointFolder.Open(Path.Combine(GoldenPairs.Pickled, part));
        using var result = CheckpointFolder.Open(exported);
        var names = source.Tensors.Select(tensor => tensor.Name).Where(kept).ToArray();
        Assert.Equal(names, result.Tensors.Select(tensor => tensor.Name).Where(name => !name.Contains("mm_projector", StringComparison.Ordinal)));
        Assert.All(names, name => Assert.Equal(source.ReadBytes(name), result.ReadBytes(name)));
    }
}
