using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using static Llava.Conversion.Tests.Conversions;

namespace Llava.Conversion.Tests;

public sealed class FailedExportTests
{
    [Fact]
    public async Task An_export_whose_second_half_cannot_be_written_leaves_no_first_half()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        Directory.CreateDirectory(scratch["hf/text_model_llava/model.safetensors.index.json"]); // where a file is to be
        await Assert.ThrowsAnyAsync<Exception>(() => ExportAsync(scratch["cs"], scratch["hf"]));
        Assert.Empty(Files(scratch["hf"]));
        Directory.Delete(scratch["hf/text_model_llava/model.safetensors.index.json"]);
        await ExportAsync(scratch["cs"], scratch["hf"]);
    }

    [Fact]
    public async Task An_export_that_fails_leaves_the_earlier_one_as_it_was()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        await ExportAsync(scratch["cs"], scratch["hf"]);
        var before = Files(scratch["hf"]).Select(file => File.ReadAllBytes(scratch[Path.Combine("hf", file)])).ToArray();
        Directory.CreateDirectory(AtomicFile.TemporaryPathOf(scratch["hf/text_model_llava/model.safetensors.index.json"])); // what is written last
        await Assert.ThrowsAnyAsync<Exception>(() => ExportAsync(scratch["cs"], scratch["hf"]));
        Directory.Delete(AtomicFile.TemporaryPathOf(scratch["hf/text_model_llava/model.safetensors.index.json"]));
        Assert.Equal(before, Files(scratch["hf"]).Select(file => File.ReadAllBytes(scratch[Path.Combine("hf", file)])).ToArray());
    }

    [Fact]
    public async Task An_export_beside_another_language_model_is_refused_as_that_would_be_taken_for_it()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        Directory.CreateDirectory(scratch["hf/text_model"]);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ExportAsync(scratch["cs"], scratch["hf"]));
        Assert.Equal($"{scratch["hf"]}: error LLAVA4016: text_model/ is there already, and beside it text_model_llava/ would be a second language model; give --output another folder", error.Message);
        Assert.Empty(Files(scratch["hf"]));

        Directory.Delete(scratch["hf/text_model"]);
        await ExportAsync(scratch["cs"], scratch["hf"]);
        Directory.CreateDirectory(scratch["hf/text_model"]);
        error = await Assert.ThrowsAsync<DiagnosticException>(() => ImportAsync(scratch["hf"], scratch["back"]));
        Assert.Equal($"{scratch["hf"]}: error LLAVA4002: two language models, text_model/ and text_model_llava/: name the folder of the one that is meant", error.Message);
    }
}
