using System.Security.Cryptography;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;

namespace Llava.Conversion.Tests;

/// <summary>Outputs that are, hold or lie in a folder of the source's.</summary>
public sealed class SourceProtectionTests
{
    [Theory]
    [InlineData("text_model")]
    [InlineData("image_model")]
    [InlineData(".")]
    [InlineData("text_model/converted")]
    [InlineData("../link")]
    public async Task A_pair_is_not_written_over(string output)
    {
        using var scratch = new ScratchFolder();
        var pair = CopyOf(GoldenPairs.Pickled, scratch["pair"]);
        Directory.CreateSymbolicLink(scratch["link"], Path.Combine(pair, "text_model"));
        foreach (var target in new[] { ModelFormat.ModelZoo, ModelFormat.LlavaHf })
            await AssertRefusedAsync(pair, ModelFormat.HuggingFace, target, Path.Combine(pair, output));
    }

    [Theory]
    [InlineData(ModelFormat.ModelZoo, ModelFormat.HuggingFace)]
    [InlineData(ModelFormat.ModelZoo, ModelFormat.LlavaHf)]
    [InlineData(ModelFormat.LlavaHf, ModelFormat.HuggingFace)]
    [InlineData(ModelFormat.LlavaHf, ModelFormat.ModelZoo)]
    public async Task A_checkpoint_is_not_written_over(ModelFormat from, ModelFormat to)
    {
        using var scratch = new ScratchFolder();
        await ConvertAsync(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]);
        if (from == ModelFormat.LlavaHf)
            await ConvertAsync(scratch["cs"], ModelFormat.ModelZoo, from, scratch["source"]);
        else
            CopyOf(scratch["cs"], scratch["source"]);
        foreach (var output in new[] { "source", "source/", "source/new" })
            await AssertRefusedAsync(scratch["source"], from, to, scratch[output]);
    }

    [Fact]
    public async Task A_file_that_is_a_link_is_protected_where_it_lies()
    {
        using var scratch = new ScratchFolder();
        CopyOf(GoldenPairs.Pickled, scratch["store"]);
        CopyOf(GoldenPairs.Pickled, scratch["pair"]);
        File.Delete(scratch["pair/text_model/pytorch_model-00001-of-00002.bin"]);
        File.CreateSymbolicLink(scratch["pair/text_model/pytorch_model-00001-of-00002.bin"], scratch["store/text_model/pytorch_model-00001-of-00002.bin"]);
        var before = Hashes(scratch["store"]);
        await AssertRefusedAsync(scratch["pair"], ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["store/text_model"]);
        Assert.Equal(before, Hashes(scratch["store"]));
    }

    [Fact]
    public async Task A_tokenizers_folder_is_not_written_over()
    {
        using var scratch = new ScratchFolder();
        await ConvertAsync(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]);
        CopyOf(Path.Combine(GoldenPairs.Pickled, "text_model"), scratch["tokenizer"]);
        var before = Hashes(scratch["tokenizer"]);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ConvertStage.RunAsync(
            new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["tokenizer"]) { TokenizerFolder = scratch["tokenizer"] }, SilentStageLog.Instance, default));
        Assert.Equal(ErrorCatalog.OutputHoldsSource, Assert.Single(error.Diagnostics).Code);
        Assert.Equal(before, Hashes(scratch["tokenizer"]));
    }

    [Fact]
    public async Task A_single_file_may_lie_above_its_conversion()
    {
        using var scratch = new ScratchFolder();
        await ConvertAsync(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]);
        var file = scratch["cs/model.safetensors"];
        await ConvertAsync(file, ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["cs/hf"]);
        Assert.True(File.Exists(scratch["cs/hf/text_model_llava/config.json"]));
        await AssertRefusedAsync(file, ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["cs"]);
    }

    static async Task AssertRefusedAsync(string source, ModelFormat from, ModelFormat to, string output)
    {
        var folder = File.Exists(source) ? Path.GetDirectoryName(source)! : source;
        var before = Hashes(folder);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ConvertAsync(source, from, to, output));
        Assert.Matches(
            $"^{System.Text.RegularExpressions.Regex.Escape(output)}: error LLAVA4016: the source's .+ would be written over or beside; give --output a folder that has nothing to do with the source's$",
            error.Message);
        Assert.Equal(before, Hashes(folder));
    }

    static SortedDictionary<string, string> Hashes(string folder) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(folder, file), file => System.Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))), StringComparer.Ordinal);

    static string CopyOf(string folder, string target)
    {
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return target;
    }

    static Task ConvertAsync(string source, ModelFormat from, ModelFormat to, string output) =>
        ConvertStage.RunAsync(new ConvertOptions(source, from, to, output), SilentStageLog.Instance, default);
}
