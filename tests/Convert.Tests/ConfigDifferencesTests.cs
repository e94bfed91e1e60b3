using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using static Llava.Conversion.Tests.Conversions;

namespace Llava.Conversion.Tests;

/// <summary>Which settings a certificate says that the target has no place for.</summary>
public sealed class ConfigDifferencesTests
{
    [Fact]
    public async Task Settings_without_a_place_are_listed_and_the_others_are_not()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        await ExportAsync(scratch["cs"], scratch["hf"]);
        Assert.Contains("image_model/config.json projection_dim 48 -> 512", NotCarried(scratch["cs"]));
        Assert.Contains("text_model/config.json torch_dtype float16 -> ", NotCarried(scratch["cs"]));
        Assert.DoesNotContain(NotCarried(scratch["cs"]), line => line.Contains("hidden_size", StringComparison.Ordinal));
        Assert.Empty(NotCarried(scratch["hf"]));
    }

    [Fact]
    public async Task What_a_yaml_freezes_has_no_place_in_llava_hf()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        var yaml = File.ReadAllText(scratch["cs/config.yaml"]);
        File.WriteAllText(scratch["cs/config.yaml"], yaml.Replace("    - ^image_model\n", "    - ^image_model\n    - ^text_model\n", StringComparison.Ordinal));
        await ConvertAsync(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]);
        await ExportAsync(scratch["cs"], scratch["hf"]);
        Assert.Equal(["config.yaml freeze [^image_model, ^text_model] -> [^image_model]"], NotCarried(scratch["lhf"]));
        Assert.Empty(NotCarried(scratch["hf"]));
        await ConvertAsync(scratch["hf"], ModelFormat.HuggingFace, ModelFormat.LlavaHf, scratch["lhf"]);
        Assert.Contains("text_model_llava/config.json tune_mm_mlp_adapter true -> false", NotCarried(scratch["lhf"]));
    }

    [Theory]
    [InlineData("num_key_value_heads", "2")]
    [InlineData("rope_theta", "10000.0")]
    [InlineData("attention_bias", "false")]
    public async Task A_setting_that_is_written_out_though_it_is_the_usual_one_is_carried(string key, string value)
    {
        using var scratch = new ScratchFolder();
        Set(GoldenPairs.InSafetensors(scratch), "text_model/config.json", null, key, value);
        await ImportAsync(scratch.Path, scratch["cs"]);
        await ConvertAsync(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]);
        Set(scratch["lhf"], "config.json", "text_config", key, value);
        await ConvertAsync(scratch["lhf"], ModelFormat.LlavaHf, ModelFormat.HuggingFace, scratch["hf"]);
        Assert.DoesNotContain([.. NotCarried(scratch["cs"]), .. NotCarried(scratch["hf"])], line => line.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_value_heads_that_are_all_heads_are_carried()
    {
        using var scratch = new ScratchFolder();
        GoldenPairs.InSafetensors(scratch);
        foreach (var (key, value) in new[] { ("num_attention_heads", "2"), ("num_key_value_heads", "2"), ("hidden_act", "\"silu\"") })
            Set(scratch.Path, "text_model/config.json", null, key, value);
        StoredTensors.Change(scratch["text_model"], tensor => tensor.Info.Name.Contains(".k_proj.", StringComparison.Ordinal) || tensor.Info.Name.Contains(".v_proj.", StringComparison.Ordinal)
            ? Llava.Model.Checkpoints.TensorSource.FromFloats(tensor.Info.Name, [96, 96], new float[96 * 96]) : tensor);
        await ImportAsync(scratch.Path, scratch["cs"]);
        Assert.DoesNotContain(NotCarried(scratch["cs"]), line => line.Contains("heads", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_yamls_rope_theta_that_is_the_usual_one_is_carried()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        File.WriteAllText(scratch["cs/config.yaml"], File.ReadAllText(scratch["cs/config.yaml"]).Replace("        rotary_dim:", "        rope_theta: 10000.0\n        rotary_dim:", StringComparison.Ordinal));
        await ExportAsync(scratch["cs"], scratch["hf"]);
        Assert.Empty(NotCarried(scratch["hf"]));
    }

    static void Set(string folder, string file, string? section, string key, string value)
    {
        var path = Path.Combine(folder, file);
        var root = JsonNode.Parse(File.ReadAllText(path))!;
        (section is null ? root : root[section]!)[key] = JsonNode.Parse(value);
        File.WriteAllText(path, root.ToJsonString());
    }

    static string[] NotCarried(string folder)
    {
        using var certificate = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "conversion.json")));
        return [.. certificate.RootElement.GetProperty("config_not_carried").EnumerateArray().Select(entry => $"{entry.GetProperty("file")} {entry.GetProperty("key")} {entry.GetProperty("value")} -> {entry.GetProperty("converted_back")}")];
    }

    static Task ConvertAsync(string source, ModelFormat from, ModelFormat to, string output) =>
        ConvertStage.RunAsync(new ConvertOptions(source, from, to, output), SilentStageLog.Instance, default);
}
