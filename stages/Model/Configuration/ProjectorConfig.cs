using Llava.Contracts.Configuration;

namespace Llava.Model.Configuration;

/// <summary>The projector of each modality; only pictures have one here.</summary>
public sealed record ProjectorSection
{
    public ProjectorConfig? ImageModel { get; init; }
}

/// <summary>A stack of linear layers from the vision tower's width to the language model's.</summary>
public sealed record ProjectorConfig : IValidatedConfig
{
    [OneOf("FeedForwardNetwork")]
    public required string Name { get; init; }

    [Bounds(1)]
    public required int InputUnit { get; init; }

    /// <summary>Output width of each layer.</summary>
    [Bounds(1)]
    public required IReadOnlyList<int> LayersUnits { get; init; }

    /// <summary>What follows each layer; null is nothing.</summary>
    [OneOf("gelu", "quick_gelu")]
    public IReadOnlyList<string?> LayersActivation { get; init; } = [];

    public bool UseBias { get; init; }

    [Bounds(0, 0)]
    public IReadOnlyList<double> LayersDropoutRates { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (LayersUnits.Count == 0)
            yield return ("layers_units", "must name at least one layer");
        if (LayersActivation.Count > 0 && LayersActivation.Count != LayersUnits.Count)
            yield return ("layers_activation", $"has {LayersActivation.Count} entries for {LayersUnits.Count} layers");
    }
}
