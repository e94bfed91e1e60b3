using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;
using Llava.Model.Tests.Checkpoints;
using Llava.Tests;

namespace Llava.Model.Tests.Mapping;

public sealed class ConvertedTensorTests
{
    [Fact]
    public void Reading_in_small_pieces_gives_the_same_bytes()
    {
        using var checkpoint = LlavaCheckpoint.Open(GoldenData.Require("small/model/hf_in"));
        var tensor = checkpoint.Tensors.Get("text_model.transformer_decoder.layers.1.self_attn.proj_q_dense_layer.weight");
        var whole = checkpoint.Tensors.ReadBytes(tensor.Name);
        var pieces = new byte[whole.Length];
        for (var offset = 0; offset < pieces.Length; offset += 77)
            checkpoint.Tensors.Read(tensor, offset, pieces.AsSpan(offset, Math.Min(77, pieces.Length - offset)));
        Assert.Equal(whole, pieces);
    }

    [Fact]
    public void Prefixes_may_be_left_out_and_the_vision_tower_may_stand_alone()
    {
        using var folder = new ScratchFolder();
        var source = GoldenData.Require("small/model/hf_in");
        Rewrite(source, folder, "image_model", name => name.StartsWith("vision_model.", StringComparison.Ordinal) ? name["vision_model.".Length..] : null);
        Rewrite(source, folder, "text_model", name => name.StartsWith("model.", StringComparison.Ordinal) ? name["model.".Length..] : name);
        using var bare = LlavaCheckpoint.Open(folder.Path);
        using var full = LlavaCheckpoint.Open(source);
        SampleTensors.AssertEqual(full.Tensors, bare.Tensors);
    }

    [Fact]
    public void What_does_not_fit_is_reported_all_at_once()
    {
        using var folder = new ScratchFolder();
        var source = GoldenData.Require("small/model/hf_in");
        Rewrite(source, folder, "image_model", name => name);
        Rewrite(source, folder, "text_model", name => name switch
        {
            "model.layers.1.mlp.up_proj.weight" => "model.layers.1.mlp.upper_proj.weight",
            "model.layers.2.mlp.down_proj.weight" => "model.layers.7.mlp.down_proj.weight",
            "model.norm.weight" => "lm_head.weight",
            "lm_head.weight" => "model.norm.weight",
            _ => name,
        });
        var error = Assert.Throws<DiagnosticException>(() => LlavaCheckpoint.Open(folder.Path));
        var file = Path.Combine(folder["text_model"], "model.safetensors");
        Assert.Equal(
            [
                $"{file}: error LLAVA4009: lm_head.weight has the shape [96]; by the configuration it is [1000, 96]",
                $"{file}: error LLAVA4008: model.layers.1.mlp.upper_proj.weight F16 [192, 96] has no rule in the Llama language model or projector; the nearest rule is for model.layers.{{}}.mlp.up_proj.weight, of which there are 3",
                $"{file}: error LLAVA4008: model.layers.7.mlp.down_proj.weight F16 [96, 192] has no rule in the Llama language model or projector; the nearest rule is for model.layers.{{}}.mlp.down_proj.weight, of which there are 3",
                $"{file}: error LLAVA4009: model.norm.weight has the shape [1000, 96]; by the configuration it is [96]",
                $"{file}: error LLAVA4007: there is no tensor model.layers.1.mlp.up_proj.weight",
                $"{file}: error LLAVA4007: there is no tensor model.layers.2.mlp.down_proj.weight",
            ],
            error.Diagnostics.Select(problem => problem.ToString()));
    }

    /// <param name="rename">Null drops the tensor.</param>
    static void Rewrite(string source, ScratchFolder target, string part, Func<string, string?> rename)
    {
        using var reader = CheckpointFolder.Open(Path.Combine(source, part));
        var renamed = reader.Tensors.Where(tensor => rename(tensor.Name) is not null)
            .Select(tensor => new TensorSource(tensor with { Name = rename(tensor.Name)! }, stream => reader.CopyTo(tensor, stream)));
        new CheckpointWriter().Write(target[part], CheckpointFormat.Safetensors, renamed);
        File.Copy(Path.Combine(source, part, "config.json"), Path.Combine(target[part], "config.json"));
    }
}
