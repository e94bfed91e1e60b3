using Llava.Contracts.Configuration;
using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Model.Configuration;
using Llava.Model.Mapping;
using Llava.Tests;
using Llava.Train.Optimization;
using static TorchSharp.torch;

namespace Llava.Golden.Tests.Model;

/// <summary>One of the pairs of a set: <c>model</c> and <c>convert</c>, or the same folders in <c>small</c>.</summary>
/// <param name="Prefix">Empty, or <c>small/</c>.</param>
sealed record ModelFolder(string Prefix)
{
    public string Part => $"{Prefix}model";

    public string ConvertPart => $"{Prefix}convert";

    public string Require(string file) => GoldenSet.Require($"{Part}/{file}");

    public NumpyArchive Arrays(string file) => NumpyArchive.Open(Require(file));

    /// <summary>A copy of the Hugging Face pair whose language model holds the projector too.</summary>
    public string WithProjector(ScratchFolder folder, string textModel = "text_model", CheckpointFormat format = CheckpointFormat.Bin)
    {
        var source = Require("hf_in");
        using var image = CheckpointFolder.Open(Path.Combine(source, "image_model"));
        using var text = CheckpointFolder.Open(Path.Combine(source, "text_model"));
        using var projector = CheckpointFolder.Open(Require("projector_init_hf.safetensors"));
        Write(folder["image_model"], format, image);
        Write(folder[textModel], format, text, projector);
        CopyOtherFiles(Path.Combine(source, "image_model"), folder["image_model"]);
        CopyOtherFiles(Path.Combine(source, "text_model"), folder[textModel]);
        return folder.Path;
    }

    public LlavaModel Load(int imageStart, IReadOnlyList<string>? freeze = null)
    {
        TorchRuntime.Use(threads: 1);
        using var scope = NewDisposeScope();
        using var folder = new ScratchFolder();
        using var checkpoint = LlavaCheckpoint.Open(WithProjector(folder));
        var model = LlavaModel.Create(Config(imageStart), CPU, ScalarType.Float32);
        model.Load(checkpoint.Tensors);
        if (freeze is not null)
            Freeze(model, freeze);
        return model;
    }

    public LlavaModelConfig Config(int imageStart) => ConfigReader.Read<YamlWithModel>(
        ConfigDocument.Load(GoldenSet.Require($"{ConvertPart}/cs_config_tiny.yaml"), [$"model.image_start_idx={imageStart}"])).Model;

    static void Freeze(LlavaModel model, IReadOnlyList<string> patterns)
    {
        var frozen = FreezePatterns.Frozen(patterns, [.. model.named_parameters().Select(entry => entry.name)]);
        foreach (var (name, parameter) in model.named_parameters())
            parameter.requires_grad = !frozen.Contains(name);
    }

    static void Write(string folder, CheckpointFormat format, params ICheckpointReader[] readers) =>
        new CheckpointWriter().Write(folder, format, readers.SelectMany(reader => reader.Tensors.Select(tensor => TensorSource.From(reader, tensor))));

    static void CopyOtherFiles(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from).Where(file => !Path.GetFileName(file).StartsWith("pytorch_model", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    sealed record YamlWithModel
    {
        public required LlavaModelConfig Model { get; init; }
    }
}
