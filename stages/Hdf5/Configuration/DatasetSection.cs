using Llava.Contracts.Configuration;

namespace Llava.Hdf5.Configuration;

public sealed record DatasetSection : IValidatedConfig
{
    public bool UseFtfy { get; init; }

    [OneOf("NFC", "NFKC", "NFD", "NFKD", "None")]
    public string FtfyNormalizer { get; init; } = "NFC";

    public bool WikitextDetokenize { get; init; }

    /// <summary>The list of turns in a sample; without it, a sample is one <see cref="PromptKey"/> and one <see cref="CompletionKey"/>.</summary>
    public string? MultiTurnKey { get; init; }

    /// <summary>The text in a turn.</summary>
    public string? MultiTurnContentKey { get; init; }

    public string? PromptKey { get; init; }

    public string? CompletionKey { get; init; }

    /// <summary>The image's path in a sample; without it no sample has an image.</summary>
    public string? ImageKey { get; init; }

    /// <summary>Removed from the prompts of samples with an image.</summary>
    public string ImageToken { get; init; } = "<image>";

    /// <summary>Where image paths start.</summary>
    public string? ImageDir { get; init; }

    /// <summary>A key that text-only samples have.</summary>
    public string? MultiModalNonImageExKey { get; init; }

    /// <summary>Tokens that an image takes up.</summary>
    [Bounds(1)]
    public int? NumPatches { get; init; }

    /// <summary>One of the styles of ModelZoo's registry; phase 2 only.</summary>
    public string? SystemPromptStyle { get; init; }

    /// <summary>Phase 2 only.</summary>
    public string? PromptPrefix { get; init; }

    /// <summary>Phase 2 only.</summary>
    public string? CompletionPrefix { get; init; }

    public bool EosAfterPrompt { get; init; }

    /// <summary>Writes 0 for loss and 1 for none.</summary>
    public bool InvertedMask { get; init; }

    /// <summary>Accepted because ModelZoo has it; LLaVA's processors do not look at it.</summary>
    public int MinSequenceLen { get; init; } = 6;

    [OneOf("int32")]
    public string InputIdsDtype { get; init; } = "int32";

    [OneOf("int32")]
    public string InputMaskDtype { get; init; } = "int32";

    IEnumerable<(string Key, string Message)> IValidatedConfig.Problems()
    {
        if (MultiTurnKey is null && (PromptKey is null || CompletionKey is null))
            yield return ("multi_turn_key", "is required, or prompt_key and completion_key");
        if (MultiTurnKey is not null && (PromptKey is not null || CompletionKey is not null))
            yield return ("multi_turn_key", "cannot be combined with prompt_key and completion_key");
        if (ImageKey is not null && ImageDir is null)
            yield return ("image_dir", "is required, because image_key is set");
        if (ImageToken.Length == 0)
            yield return ("image_token", "must not be empty");
    }
}
