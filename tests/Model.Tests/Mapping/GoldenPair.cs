using Llava.Model.Checkpoints;
using Llava.Model.Tests.Checkpoints;
using Llava.Tests;

namespace Llava.Model.Tests.Mapping;

static class GoldenPair
{
    /// <summary>A copy of the golden Hugging Face pair whose language model holds the golden projector too.</summary>
    /// <param name="root">Empty, or <c>small/</c>.</param>
    public static string WithProjector(string root, ScratchFolder folder)
    {
        var source = GoldenData.Require($"{root}model/hf_in");
        using var image = CheckpointFolder.Open(Path.Combine(source, "image_model"));
        using var text = CheckpointFolder.Open(Path.Combine(source, "text_model"));
        using var projector = CheckpointFolder.Open(GoldenData.Require($"{root}model/projector_init_hf.safetensors"));
        Write(folder["image_model"], image);
        Write(folder["text_model"], text, projector);
        foreach (var file in new[] { "image_model/config.json", "text_model/config.json" })
            File.Copy(Path.Combine(source, file), folder[file]);
        return folder.Path;
    }

    static void Write(string folder, params ICheckpointReader[] readers) =>
        new CheckpointWriter().Write(folder, CheckpointFormat.Bin, readers.SelectMany(reader => reader.Tensors.Select(tensor => TensorSource.From(reader, tensor))));
}
