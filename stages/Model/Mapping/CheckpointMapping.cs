using Llava.Model.Checkpoints;

namespace Llava.Model.Mapping;

/// <summary>
/// The one table between Hugging Face's and ModelZoo's LLaVA, and its use in both directions. Total: a tensor without a rule, a
/// missing tensor and a wrong shape are errors, all of them reported at once.
/// </summary>
public static class CheckpointMapping
{
    /// <summary>Every rule and drop of the table, part by part.</summary>
    public static IReadOnlyList<ModelPart> Parts { get; } = [ClipVisionPart.Part, LlamaPart.Part, ProjectorPart.Part];

    public static ModelPart Projector => ProjectorPart.Part;

    /// <summary>The two folders of a Hugging Face pair as one checkpoint with ModelZoo's names.</summary>
    /// <exception cref="Contracts.Diagnostics.DiagnosticException">With every tensor that does not fit.</exception>
    public static MappedCheckpoint ToModelZoo(ICheckpointReader imageModel, ICheckpointReader textModel, ModelDimensions dimensions)
    {
        var mapping = new HuggingFaceToModelZoo(dimensions);
        mapping.Add(imageModel, [ClipVisionPart.Part]);
        mapping.Add(textModel, [LlamaPart.Part, ProjectorPart.Part]);
        return mapping.Finish();
    }

    /// <summary>A ModelZoo checkpoint as the two checkpoints of a Hugging Face pair.</summary>
    /// <exception cref="Contracts.Diagnostics.DiagnosticException">With every tensor that does not fit.</exception>
    public static (MappedCheckpoint ImageModel, MappedCheckpoint TextModel) ToHuggingFace(ICheckpointReader modelZoo, ModelDimensions dimensions)
    {
        var mapping = new ModelZooToHuggingFace(modelZoo, dimensions);
        return (mapping.Map([ClipVisionPart.Part]), mapping.Map([LlamaPart.Part, ProjectorPart.Part]));
    }
}
