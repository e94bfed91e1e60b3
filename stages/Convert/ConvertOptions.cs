using Llava.Conversion.Formats;
using Llava.Model.Checkpoints;

namespace Llava.Conversion;

/// <param name="Source">For <see cref="ModelFormat.HuggingFace"/> the folder with <c>image_model/</c> and <c>text_model/</c>; else a checkpoint, or a training's folder.</param>
/// <param name="Output">The folder to fill. A conversion that was there is replaced.</param>
public sealed record ConvertOptions(string Source, ModelFormat SourceFormat, ModelFormat TargetFormat, string Output)
{
    /// <summary>An export's own tower, relative to the file that names it.</summary>
    public const string TowerBeside = "../image_model";

    /// <summary>ModelZoo's yaml; for that format alone; looked for beside the checkpoint when null.</summary>
    public string? ConfigPath { get; init; }

    public CheckpointFormat Container { get; init; } = CheckpointFormat.Safetensors;

    /// <summary>Draws the projector where the source has none.</summary>
    public long Seed { get; init; }

    /// <summary>Where an export takes its tokenizer; looked for beside the checkpoint when null.</summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>What an export to <see cref="ModelFormat.HuggingFace"/> writes as <c>mm_vision_tower</c>.</summary>
    public string VisionTower { get; init; } = TowerBeside;

    /// <summary>Run source and result on the same input and compare; the certificate says by how much they differ.</summary>
    public bool Verify { get; init; }

    public long MaximumShardBytes { get; init; } = 5_000_000_000;
}
