using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Llava.Model.Mapping;

/// <summary>
/// The parts of a <c>LlamaConfig</c> and of LLaVA's additions to it that say something here, with their defaults. A plain
/// Vicuna's configuration is one without the additions. What ModelZoo's yaml has no place for is written and not read.
/// </summary>
public sealed record LlavaTextConfig
{
    public string HiddenAct { get; init; } = "silu";

    public int HiddenSize { get; init; } = 4096;

    public double InitializerRange { get; init; } = 0.02;

    public int IntermediateSize { get; init; } = 11008;

    public int MaxPositionEmbeddings { get; init; } = 2048;

    public int NumAttentionHeads { get; init; } = 32;

    public int NumHiddenLayers { get; init; } = 32;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? NumKeyValueHeads { get; init; }

    public double RmsNormEps { get; init; } = 1e-6;

    public JsonObject? RopeScaling { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RopeTheta { get; init; }

    public bool TieWordEmbeddings { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AttentionBias { get; init; }

    public int VocabSize { get; init; } = 32000;

    public string MmProjectorType { get; init; } = "mlp2x_gelu";

    public bool TuneMmMlpAdapter { get; init; }

    public int MmVisionSelectLayer { get; init; } = -2;

    public string MmVisionSelectFeature { get; init; } = "patch";

    /// <summary>Width of the vision tower; taken from there when absent.</summary>
    public int? MmHiddenSize { get; init; }

    /// <summary>A folder, relative to this file where it is relative, or a name at the hub.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MmVisionTower { get; init; }

    public string ModelType { get; init; } = "llama";

    public bool MmUseImPatchToken { get; init; }

    public bool MmUseImStartEnd { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)]
    public int BosTokenId { get; init; } = 1;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)]
    public int EosTokenId { get; init; } = 2;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)]
    public string ImageAspectRatio { get; init; } = "pad";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)]
    public bool FreezeMmMlpAdapter { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)]
    public bool FreezeMmVisionResampler { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Architectures { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)]
    public int? PadTokenId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)]
    public bool TuneMmVisionResampler { get; init; }

    public bool UnfreezeMmVisionTower { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)]
    public bool UseCache { get; init; } = true;
}
