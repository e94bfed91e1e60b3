using System.Text;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary><c>llava inspect</c>, <c>diff</c> and <c>convert --list</c> as a user types them.</summary>
public sealed class CheckpointVerbTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-checkpoint-").FullName;

    [Fact]
    public void Inspect_lists_a_folder_that_holds_an_h5_beside_its_checkpoint()
    {
        var clip = Path.Combine(_folder, "clip");
        Directory.CreateDirectory(clip);
        File.Copy(Path.Combine(GoldenData.Require("small/model/hf_in"), "image_model", "pytorch_model.bin"), Path.Combine(clip, "pytorch_model.bin"));
        File.WriteAllText(Path.Combine(clip, "tf_model.h5"), "not looked at");
        var lines = LlavaProgram.Run("inspect", clip).TrimEnd().Split('\n');
        Assert.Contains("logit_scale  F32 []  4 bytes", lines);
        Assert.Matches("^112 tensors \\(110 F32, 2 I64\\), 198,434 parameters, [0-9,]+ bytes$", lines[^1]);
    }

    [Fact]
    public void Diff_says_the_same_only_of_the_same_bits_and_exits_with_1_otherwise()
    {
        var (first, second) = (Write("first", "I64", BitConverter.GetBytes(1L << 53)), Write("second", "I64", BitConverter.GetBytes((1L << 53) + 1)));
        Assert.Equal((0, "the same tensors, bit for bit\n"), LlavaProgram.TryRun("diff", first, first));
        Assert.Equal((1, "x: 1 of 1 values differ, by up to 1\n1 difference\n"), LlavaProgram.TryRun("diff", first, second));
        var (positive, negative) = (Write("positive", "F32", BitConverter.GetBytes(0f)), Write("negative", "F32", BitConverter.GetBytes(-0f)));
        Assert.Equal((1, "x: 1 of 1 values differ in their bits alone (0.0 and -0.0, or two forms of NaN)\n1 difference\n"), LlavaProgram.TryRun("diff", positive, negative));
    }

    [Fact]
    public void The_list_of_conversions_needs_nothing_else_on_the_command_line() =>
        Assert.StartsWith("hf        -> cs-2.3, llava-hf   image_model/ and text_model/", LlavaProgram.Run("convert", "--list"), StringComparison.Ordinal);

    [Fact]
    public void A_conversion_over_its_source_is_refused_before_anything_is_written()
    {
        var pair = Path.Combine(_folder, "pair");
        foreach (var file in Directory.GetFiles(GoldenData.Require("small/model/hf_in"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(pair, Path.GetRelativePath(GoldenData.Require("small/model/hf_in"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        var before = Directory.GetFiles(pair, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var (exitCode, output) = LlavaProgram.TryRun("convert", "--src-fmt", "hf", "--tgt-fmt", "cs-2.3", "--output", Path.Combine(pair, "text_model"), pair);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{Path.Combine(pair, "text_model")}: error LLAVA4016: ", output, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(pair, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Write(string name, string type, byte[] value)
    {
        var header = Encoding.UTF8.GetBytes($$$"""{"x":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,{{{value.Length}}}]}}""");
        var path = Path.Combine(_folder, name + ".safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, .. value]);
        return path;
    }
}
