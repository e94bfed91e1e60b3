using System.Text.Json.Serialization;

namespace Llava.Model.Mapping;

/// <summary>The parts of transformers' <c>CLIPVisionConfig</c> that say something here, with its defaults.</summary>
public sealed record ClipVisionConfig
{
    public double AttentionDropout { get; init; }

    public string HiddenAct { get; init; } = "quick_gelu";

    public int HiddenSize { get; init; } = 768;

    public int ImageSize { get; init; } = 224;

    public double InitializerRange { get; init; } = 0.02;

    public int IntermediateSize { get; init; } = 3072;

    public double LayerNormEps { get; init; } = 1e-5;

    public int NumAttentionHeads { get; init; } = 12;

    public int NumHiddenLayers { get; init; } = 12;

    public int PatchSize { get; init; } = 32;

    public int NumChannels { get; init; } = 3;

    /// <summary>The tower has no projection: this is written and not read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)]
    public int ProjectionDim { get; init; } = 512;

    public string ModelType { get; init; } = "clip_vision_model";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Architectures { get; init; }
}
