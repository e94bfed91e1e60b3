using Llava.Contracts.Configuration;

namespace Llava.Hdf5.Configuration;

/// <summary>
/// A ModelZoo preprocessing yaml (<c>llava_phase_1_preproc.yaml</c>, <c>llava_phase_2_preproc.yaml</c>), and the section
/// <c>shuffle</c>, which is ours. Relative paths are relative to the working directory, as the reference has them.
/// </summary>
public sealed record Hdf5Config : IValidatedConfig
{
    public required SetupSection Setup { get; init; }

    public required ProcessingSection Processing { get; init; }

    public required DatasetSection Dataset { get; init; }

    /// <summary>Null: the files stay in the order of the input.</summary>
    public ShuffleSection? Shuffle { get; init; }

    internal bool IsPhaseOne => Setup.DatasetProcessor == SetupSection.PhaseOne;

    IEnumerable<(string Key, string Message)> IValidatedConfig.Problems()
    {
        if (IsPhaseOne && Dataset.ImageKey is null)
            yield return ("dataset", $"needs image_key for {SetupSection.PhaseOne}");
        if (Dataset.ImageKey is not null && Dataset.NumPatches is null)
            yield return ("dataset", "needs num_patches, because image_key is set");
        if (Dataset.NumPatches >= Processing.MaxSeqLength)
            yield return ("processing", $"has max_seq_length {Processing.MaxSeqLength}, in which {Dataset.NumPatches} image patches leave no room for text");
        if (!IsPhaseOne && Dataset.SystemPromptStyle is { } style && Llava.Data.Conversations.SystemPrompts.TryFind(style) is null)
            yield return ("dataset", $"has system_prompt_style {style}, but there are {string.Join(", ", Llava.Data.Conversations.SystemPrompts.Styles)}");
    }
}
