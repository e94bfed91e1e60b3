using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Llava.Contracts.Configuration;
using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Model.Configuration;
using Llava.Tests;
using Llava.Train.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Tests;

/// <summary>A model of the reference as it was before training, put together by the golden key map.</summary>
static partial class GoldenModel
{
    /// <param name="set">The folder of golden data: <c>small/</c>, or nothing for the one that is not kept with the project.</param>
    /// <param name="weights">Those of the reference before training when null.</param>
    public static LlavaModel Load(string set, IReadOnlyList<string> freeze, int imageStart, IReadOnlyDictionary<string, Tensor>? weights = null)
    {
        using var scope = NewDisposeScope();
        TorchRuntime.Use(threads: 1);
        var config = Config(set, freeze, imageStart);
        var model = LlavaModel.Create(config, CPU, ScalarType.Float32);
        model.Load(weights ?? Weights(set));
        FreezeIn(model, freeze);
        return model;
    }

    public static LlavaModelConfig Config(string set, IReadOnlyList<string> freeze, int imageStart)
    {
        var overrides = new[] { $"model.image_start_idx={imageStart}", $"model.freeze=[{string.Join(", ", freeze.Select(pattern => $"'{pattern}'"))}]" };
        var document = ConfigDocument.Load(GoldenData.Require($"{set}convert/cs_config_tiny.yaml"), overrides);
        return ConfigReader.Read<ModelSection>(document).Model;
    }

    public static Dictionary<string, Tensor> Weights(string set)
    {
        using var image = CheckpointFolder.Open(GoldenData.Require($"{set}model/hf_in_safetensors/image_model"));
        using var text = CheckpointFolder.Open(GoldenData.Require($"{set}model/hf_in_safetensors/text_model"));
        using var projector = CheckpointFolder.Open(GoldenData.Require($"{set}model/projector_init_hf.safetensors"));
        using var map = JsonDocument.Parse(File.ReadAllText(GoldenData.Require($"{set}convert/keymap_tiny.json")));
        var weights = new Dictionary<string, Tensor>();
        foreach (var rule in map.RootElement.EnumerateArray())
        {
            var name = rule.GetProperty("hf_key").GetString()!;
            var reader = rule.GetProperty("component").GetString() == "image_model" ? image : name.Contains("mm_projector", StringComparison.Ordinal) ? projector : text;
            foreach (var target in rule.GetProperty("cs_keys").EnumerateArray().Select(key => key.GetString()!))
                weights[target] = Convert(Read(reader, name), rule.GetProperty("op").GetString()!);
        }
        return weights;
    }

    static void FreezeIn(LlavaModel model, IReadOnlyList<string> patterns)
    {
        var frozen = FreezePatterns.Frozen(patterns, [.. model.named_parameters().Select(entry => entry.name)]);
        foreach (var (name, parameter) in model.named_parameters())
            parameter.requires_grad = !frozen.Contains(name);
    }

    static Tensor Read(ICheckpointReader reader, string name)
    {
        var info = reader.Find(name) ?? reader.Tensors.Single(tensor => tensor.Name.EndsWith(name, StringComparison.Ordinal) || name.EndsWith(tensor.Name, StringComparison.Ordinal));
        var bytes = reader.ReadBytes(info.Name);
        float[] values = info.ElementType == ElementType.Float16
            ? [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (float)value)]
            : MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        return tensor(values, info.Shape.ToArray());
    }

    static Tensor Convert(Tensor tensor, string operation)
    {
        if (operation.StartsWith("CS = cat", StringComparison.Ordinal))
            return cat([tensor[1..], tensor[..1]]);
        if (HeadView().Match(operation) is not { Success: true } view)
            return tensor;
        long heads = long.Parse(view.Groups[1].Value, CultureInfo.InvariantCulture), half = long.Parse(view.Groups[2].Value, CultureInfo.InvariantCulture);
        return tensor.view(heads, 2, half, -1).transpose(1, 2).reshape(tensor.shape);
    }

    [GeneratedRegex(@"view\((\d+), 2, (\d+), in\)")]
    private static partial Regex HeadView();

    sealed record ModelSection
    {
        public required LlavaModelConfig Model { get; init; }
    }
}
