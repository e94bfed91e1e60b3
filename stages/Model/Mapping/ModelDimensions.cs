using Llava.Model.Configuration;

namespace Llava.Model.Mapping;

/// <summary>The sizes from which the shape of every tensor of a LLaVA model follows.</summary>
public sealed record ModelDimensions
{
    public required int VisionHidden { get; init; }

    public required int VisionFeedForward { get; init; }

    public required int VisionLayers { get; init; }

    public required int Channels { get; init; }

    public required int PatchHeight { get; init; }

    public required int PatchWidth { get; init; }

    /// <summary>Patches of a picture and the class token.</summary>
    public required int VisionPositions { get; init; }

    public required int Vocabulary { get; init; }

    public required int TextHidden { get; init; }

    public required int TextFeedForward { get; init; }

    public required int TextLayers { get; init; }

    public required int TextHeads { get; init; }

    public required int KeyValueHeads { get; init; }

    /// <summary>Input width of the projector, then the output width of each of its layers.</summary>
    public required IReadOnlyList<int> ProjectorWidths { get; init; }

    public int TextHeadSize => TextHidden / TextHeads;

    public int KeyValueWidth => KeyValueHeads * TextHeadSize;

    public int ProjectorLayers => ProjectorWidths.Count - 1;

    public static ModelDimensions Of(LlavaModelConfig config) => new()
    {
        VisionHidden = config.ImageModel.HiddenSize,
        VisionFeedForward = config.ImageModel.FilterSize,
        VisionLayers = config.ImageModel.NumHiddenLayers,
        Channels = config.ImageModel.NumChannels,
        PatchHeight = config.ImageModel.PatchSize[0],
        PatchWidth = config.ImageModel.PatchSize[1],
        VisionPositions = config.ImageModel.PatchCount + 1,
        Vocabulary = config.TextModel.VocabSize,
        TextHidden = config.TextModel.HiddenSize,
        TextFeedForward = config.TextModel.FilterSize,
        TextLayers = config.TextModel.NumHiddenLayers,
        TextHeads = config.TextModel.NumHeads,
        KeyValueHeads = config.TextModel.KeyValueHeads,
        ProjectorWidths = config.Projector?.ImageModel is { } projector ? [projector.InputUnit, .. projector.LayersUnits] : [config.ImageModel.HiddenSize],
    };
}
