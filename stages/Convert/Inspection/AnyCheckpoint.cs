using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion.Inspection;

/// <summary>
/// What is to be compared: a Hugging Face pair or <c>llava-hf</c> folder under ModelZoo's names, ModelZoo's own without the prefix
/// <c>model.</c> that some savers put before every key, anything else as it is stored.
/// </summary>
static class AnyCheckpoint
{
    const string Prefix = "model.";

    static readonly string[] ModelZooParts = ["image_model.", "text_model.", "projector_image_model."];

    public static ICheckpointReader Open(string path) =>
        LlavaCheckpoint.FindTextFolder(path) is not null || LlavaHfConfig.IsIn(path) ? LlavaCheckpoint.Open(path).Tensors : WithoutPrefix(CheckpointFolder.Open(path));

    static ICheckpointReader WithoutPrefix(ICheckpointReader stored) =>
        stored.Tensors.Count > 0 && stored.Tensors.All(tensor => ModelZooParts.Any(part => tensor.Name.StartsWith(Prefix + part, StringComparison.Ordinal)))
            ? new RenamedCheckpoint(stored, tensor => tensor with { Name = tensor.Name[Prefix.Length..] })
            : stored;
}
