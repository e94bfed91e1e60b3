using Llava.Model.Checkpoints;

namespace Llava.Tests;

/// <summary>The golden pair in the exported layout, its projector among the language model's weights.</summary>
static class GoldenLlava
{
    /// <param name="root">Empty, or <c>small/</c>.</param>
    /// <param name="folder">Receives them.</param>
    /// <returns>The folder with <c>image_model/</c> and <c>text_model_llava/</c>.</returns>
    public static string Write(string root, string folder)
    {
        var source = GoldenData.Require($"{root}model/hf_in");
        var (imageFolder, textFolder) = (Path.Combine(folder, "image_model"), Path.Combine(folder, "text_model_llava"));
        foreach (var (from, to) in new[] { ("image_model", imageFolder), ("text_model", textFolder) })
        {
            Directory.CreateDirectory(to);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(source, from)).Where(file => !Path.GetFileName(file).StartsWith("pytorch_model", StringComparison.Ordinal)))
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
        using var image = CheckpointFolder.Open(Path.Combine(source, "image_model"));
        using var text = CheckpointFolder.Open(Path.Combine(source, "text_model"));
        using var projector = CheckpointFolder.Open(GoldenData.Require($"{root}model/projector_init_hf.safetensors"));
        Write(imageFolder, image);
        Write(textFolder, text, projector);
        return folder;
    }

    static void Write(string folder, params ICheckpointReader[] readers) =>
        new CheckpointWriter().Write(folder, CheckpointFormat.Safetensors, readers.SelectMany(reader => reader.Tensors.Select(tensor => TensorSource.From(reader, tensor))));
}
