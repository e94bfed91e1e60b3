using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>Opens what the user points at: a Hugging Face pair or <c>llava-hf</c> folder under ModelZoo's names, anything else as it is stored.</summary>
static class AnyCheckpoint
{
    public static ICheckpointReader Open(string path) =>
        LlavaCheckpoint.FindTextFolder(path) is not null || LlavaHfConfig.IsIn(path) ? LlavaCheckpoint.Open(path).Tensors : CheckpointFolder.Open(path);
}
