using System.Runtime.InteropServices;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Tests;

/// <summary>A Hugging Face pair in float16 of any size, whose weights are drawn from a seed: what a conversion of a real one costs.</summary>
static class SeededPair
{
    /// <summary>Vicuna-7B with CLIP-L/14 at 336 pixels.</summary>
    public static (ClipVisionConfig Vision, LlavaTextConfig Text) Vicuna7B { get; } = (
        new ClipVisionConfig { HiddenSize = 1024, ImageSize = 336, IntermediateSize = 4096, NumAttentionHeads = 16, NumHiddenLayers = 24, PatchSize = 14, Architectures = ["CLIPVisionModel"] },
        new LlavaTextConfig { RmsNormEps = 1e-5, MaxPositionEmbeddings = 4096, Architectures = ["LlamaForCausalLM"], MmHiddenSize = 1024 });

    /// <summary>Bytes of the largest tensor, and of all.</summary>
    public static (long Largest, long Total) SizeOf(ClipVisionConfig vision, LlavaTextConfig text)
    {
        var dimensions = DimensionsOf(vision, text);
        long[] sizes = [.. CheckpointMapping.Parts.Where(part => part != CheckpointMapping.Projector).SelectMany(part => part.Expected(dimensions)).Select(entry => entry.Rule.Shape(dimensions, entry.Layer).Aggregate(2L, (product, size) => product * size))];
        return (sizes.Max(), sizes.Sum());
    }

    /// <param name="format">Of both models: safetensors, or <c>.bin</c> as Vicuna's own repository holds them.</param>
    public static void Write(string folder, ClipVisionConfig vision, LlavaTextConfig text, CheckpointFormat format = CheckpointFormat.Safetensors)
    {
        var dimensions = DimensionsOf(vision, text);
        var noise = Noise();
        var (image, language) = (Tensors(CheckpointMapping.Parts[0], dimensions, noise), Tensors(CheckpointMapping.Parts[1], dimensions, noise));
        foreach (var (part, tensors, config) in new[] { ("image_model", image, HuggingFaceConfigFile.Serialize(vision)), ("text_model", language, HuggingFaceConfigFile.Serialize(text)) })
        {
            new CheckpointWriter().Write(Path.Combine(folder, part), format, tensors);
            File.WriteAllText(Path.Combine(folder, part, "config.json"), config);
        }
    }

    static ModelDimensions DimensionsOf(ClipVisionConfig vision, LlavaTextConfig text) => ModelDimensions.Of(ConfigMapping.ToModelZoo(vision, "config.json", text, "config.json"));

    static TensorSource[] Tensors(ModelPart part, ModelDimensions dimensions, byte[] noise) =>
    [
        .. part.Expected(dimensions).Select((entry, number) =>
            new TensorSource(new TensorInfo(entry.Rule.HuggingFaceKeyOf(entry.Layer), ElementType.Float16, entry.Rule.Shape(dimensions, entry.Layer)), stream => Fill(stream, entry.Rule.Shape(dimensions, entry.Layer), number, noise))),
    ];

    // Each tensor starts at a place of its own in one block of noise, and goes round.
    static void Fill(Stream stream, long[] shape, int number, byte[] noise)
    {
        var (left, at) = (shape.Aggregate(2L, (product, size) => product * size), number * 7919L * 2 % noise.Length);
        while (left > 0)
        {
            var count = (int)Math.Min(left, noise.Length - at);
            stream.Write(noise, (int)at, count);
            (left, at) = (left - count, 0);
        }
    }

    static byte[] Noise()
    {
        var random = new Random(7);
        var values = new Half[(8 << 20) + 1];
        for (var i = 0; i < values.Length; i++)
            values[i] = (Half)((random.NextDouble() - 0.5) / 25);
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
