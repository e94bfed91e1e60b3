using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Conversion.Inspection;
using Llava.Model.Checkpoints;
using static Llava.Conversion.Tests.Conversions;

namespace Llava.Conversion.Tests;

/// <summary>LLaVA's pretraining saves the projector alone.</summary>
public sealed class LoneProjectorTests
{
    [Fact]
    public async Task A_projector_beside_the_base_weights_is_taken_as_if_it_were_among_them()
    {
        using var scratch = new ScratchFolder();
        await PairAsync(scratch, "whole");
        await PairAsync(scratch, "apart");
        SetProjectorApart(scratch["apart/text_model_llava"], "mm_projector.bin");

        var import = new ConvertOptions(scratch["apart"], ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["from-apart"]) { Seed = 2, Verify = true };
        await ConvertStage.RunAsync(import, SilentStageLog.Instance, default);
        await ImportAsync(scratch["whole"], scratch["from-whole"], seed: 3);

        Assert.Empty(CheckpointComparison.Differences(scratch["from-whole"], scratch["from-apart"]));
        Assert.Contains("\"text_model_llava/mm_projector.bin\"", File.ReadAllText(scratch["from-apart/conversion.json"]), StringComparison.Ordinal);
        Assert.Equal(CheckpointListing.Lines(scratch["whole"]), CheckpointListing.Lines(scratch["apart"]));
    }

    [Fact]
    public async Task A_projector_of_an_adapter_is_no_reason_to_draw_one()
    {
        using var scratch = new ScratchFolder();
        await PairAsync(scratch, "apart");
        SetProjectorApart(scratch["apart/text_model_llava"], "non_lora_trainables.bin");
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ImportAsync(scratch["apart"], scratch["cs"]));
        Assert.Equal($"{scratch["apart/text_model_llava/non_lora_trainables.bin"]}: error LLAVA4012: the projector is that of a low-rank adapter; merge it into its base first (LLaVA's scripts/merge_lora_weights.py)", error.Message);
    }

    static async Task PairAsync(ScratchFolder scratch, string name)
    {
        await ImportAsync(GoldenPairs.Pickled, scratch["seed"], seed: 1);
        await ExportAsync(scratch["seed"], scratch[name]);
    }

    static void SetProjectorApart(string folder, string name)
    {
        using var apart = new ScratchFolder();
        using (var text = CheckpointFolder.Open(folder))
        {
            var projectors = text.Tensors.ToLookup(tensor => tensor.Name.Contains("mm_projector", StringComparison.Ordinal), tensor => TensorSource.From(text, tensor));
            Assert.NotEmpty(projectors[true]);
            new CheckpointWriter().Write(apart["projector"], CheckpointFormat.Bin, projectors[true]);
            new CheckpointWriter().Write(apart["base"], CheckpointFormat.Safetensors, projectors[false]);
        }
        foreach (var weights in Directory.GetFiles(folder, "model*"))
            File.Delete(weights);
        File.Copy(apart["projector/pytorch_model.bin"], Path.Combine(folder, name));
        File.Copy(apart["base/model.safetensors"], Path.Combine(folder, "model.safetensors"));
    }
}
