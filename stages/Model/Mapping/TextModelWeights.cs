using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;

namespace Llava.Model.Mapping;

/// <summary>
/// The weights in the text folder of a Hugging Face pair. LLaVA's pretraining saves the projector alone, as <c>mm_projector.bin</c>, to
/// stand beside the base weights (llava/model/builder.py): they are read as one checkpoint.
/// </summary>
public static class TextModelWeights
{
    const string ProjectorFile = "mm_projector.bin", AdapterFile = "non_lora_trainables.bin", ProjectorKey = "mm_projector.";

    /// <exception cref="DiagnosticException">There is no checkpoint, or its projector belongs to a low-rank adapter.</exception>
    public static ICheckpointReader Open(string folder)
    {
        var text = CheckpointFolder.Open(folder);
        var (projector, adapter) = (Path.Combine(folder, ProjectorFile), Path.Combine(folder, AdapterFile));
        if (text.Tensors.Any(tensor => tensor.Name.Contains(ProjectorKey, StringComparison.Ordinal)))
            return text;
        if (File.Exists(projector) && text.Tensors.All(tensor => tensor.File != projector))
            return new JoinedCheckpoint(text, CheckpointFolder.Open(projector));
        if (!File.Exists(adapter))
            return text;
        text.Dispose();
        throw ErrorCatalog.UnsupportedConversion.Fails(adapter, "the projector is that of a low-rank adapter; merge it into its base first (LLaVA's scripts/merge_lora_weights.py)");
    }
}
