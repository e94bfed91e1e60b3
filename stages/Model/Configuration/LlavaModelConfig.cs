using Llava.Contracts.Configuration;

namespace Llava.Model.Configuration;

/// <summary>
/// The <c>model</c> section of a ModelZoo LLaVA yaml. Keys, defaults and meanings are ModelZoo 2.3.1's
/// (models/multimodal/llava/config.py); what this model does not compute is refused, never ignored.
/// </summary>
public sealed record LlavaModelConfig : IValidatedConfig
{
    /// <summary>Regular expressions over module and parameter names; what they find is not trained.</summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <summary>The last vision block to run, from 0; negative values count from the end.</summary>
    public int ImageFeatureSelectLayerIdx { get; init; } = -1;

    /// <summary>Position of the first image patch in every row, tokens.</summary>
    [Bounds(0)]
    public required int ImageStartIdx { get; init; }

    /// <summary><c>patch</c> leaves the class token out, <c>cls_patch</c> keeps it in front.</summary>
    [OneOf("patch", "cls_patch")]
    public string ImageFeatureSelectMode { get; init; } = "patch";

    [OneOf("num_tokens", "batch_size")]
    public string LossScaling { get; init; } = "num_tokens";

    public double LossWeight { get; init; } = 1.0;

    public required VisionModelConfig ImageModel { get; init; }

    public required TextModelConfig TextModel { get; init; }

    public ProjectorSection? Projector { get; init; }

    /// <summary>Low-rank training of the language model; absent: its weights themselves.</summary>
    public PeftConfig? Peft { get; init; }

    public bool MixedPrecision { get; init; }

    [OneOf("bfloat16", "float16", "cbfloat16"), WithoutEffect("mixed precision is bfloat16")]
    public string Fp16Type { get; init; } = "bfloat16";

    [Bounds(0, 0)]
    public double LabelSmoothing { get; init; }

    [ConfigKey("z_loss_eps"), Bounds(0, 0)]
    public double ZLossEpsilon { get; init; }

    /// <summary>How many vision blocks run: the index above, made positive, plus one.</summary>
    public int VisionBlocksToRun => (ImageFeatureSelectLayerIdx < 0 ? ImageFeatureSelectLayerIdx + ImageModel.NumHiddenLayers : ImageFeatureSelectLayerIdx) + 1;

    /// <summary>Positions that a picture takes up in a row.</summary>
    public int ImageTokenCount => ImageModel.PatchCount + (ImageFeatureSelectMode == "cls_patch" ? 1 : 0);

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Message)> Problems()
    {
        var blocks = ImageModel.NumHiddenLayers;
        if (ImageFeatureSelectLayerIdx < -blocks || ImageFeatureSelectLayerIdx >= blocks)
            yield return ("image_feature_select_layer_idx", $"is {ImageFeatureSelectLayerIdx}, but the image model has {blocks} layers: {-blocks} to {blocks - 1}");
        if (LossScaling == "num_tokens" && LossWeight != 1.0)
            yield return ("loss_weight", "must be 1.0 where loss_scaling is num_tokens");
        if (Projector?.ImageModel is null && ImageModel.HiddenSize != TextModel.HiddenSize)
            yield return ("projector", $"is required: the image model is {ImageModel.HiddenSize} wide, the text model {TextModel.HiddenSize}");
        if (Projector?.ImageModel is { } projector && projector.InputUnit != ImageModel.HiddenSize)
            yield return ("projector", $"has input_unit {projector.InputUnit}, but the image model is {ImageModel.HiddenSize} wide");
        if (Projector?.ImageModel is { } wide && wide.LayersUnits[^1] != TextModel.HiddenSize)
            yield return ("projector", $"ends {wide.LayersUnits[^1]} wide, but the text model is {TextModel.HiddenSize} wide");
        if (ImageStartIdx + ImageTokenCount > TextModel.MaxPositionEmbeddings)
            yield return ("image_start_idx", $"leaves no room for {ImageTokenCount} image positions in {TextModel.MaxPositionEmbeddings}");
    }
}
