using System.Runtime.InteropServices;
using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Tests;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>Files of torch.save, today's and the older format, whose tensors are views of one storage, arange(24) as 4 by 6, and some others.</summary>
public sealed class TorchFileTests
{
    [Theory]
    [InlineData("whole", "F32 [4, 6]", new float[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 })]
    [InlineData("transposed", "F32 [6, 4]", new float[] { 0, 6, 12, 18, 1, 7, 13, 19, 2, 8, 14, 20, 3, 9, 15, 21, 4, 10, 16, 22, 5, 11, 17, 23 })]
    [InlineData("view", "F32 [2, 3]", new float[] { 8, 9, 10, 14, 15, 16 })]
    [InlineData("column", "F32 [4]", new float[] { 3, 9, 15, 21 })]
    [InlineData("scalar", "F32 []", new float[] { 7.5f })]
    [InlineData("expanded", "F32 [3]", new float[] { 2, 2, 2 })]
    public void Views_of_a_shared_storage_read_as_they_are_seen(string name, string description, float[] values)
    {
        foreach (var file in new[] { "strided.pt", "strided_legacy.pt" })
        {
            using var checkpoint = CheckpointFolder.Open(GoldenData.Require($"torch/{file}"));
            Assert.Equal(description, checkpoint.Get(name).ToString());
            Assert.Equal(values, MemoryMarshal.Cast<byte, float>(checkpoint.ReadBytes(name)).ToArray());
        }
    }

    [Fact]
    public void Parameters_and_integers_keep_their_types()
    {
        using var checkpoint = CheckpointFolder.Open(GoldenData.Require("torch/strided.pt"));
        Assert.Equal("BF16 [3]", checkpoint.Get("parameter").ToString());
        Assert.Equal([0x0000, 0x3f80, 0x4000], MemoryMarshal.Cast<byte, ushort>(checkpoint.ReadBytes("parameter")).ToArray().Select(value => (int)value));
        Assert.Equal("I64 [2]", checkpoint.Get("integers").ToString());
        Assert.Equal([1L, 3L], MemoryMarshal.Cast<byte, long>(checkpoint.ReadBytes("integers")).ToArray());
    }

    [Theory]
    [InlineData("half", "F16 [5]", "0000003c004000420044")]
    [InlineData("byte", "U8 [4]", "00010203")]
    [InlineData("flag", "BOOL [2]", "0100")]
    [InlineData("char", "I8 [1]", "ff")]
    [InlineData("short", "I16 [2]", "feff0500")]
    [InlineData("int", "I32 [1]", "70110100")]
    [InlineData("double", "F64 [1]", "9a9999999999b93f")]
    public void Every_type_of_the_older_format_reads(string name, string description, string bytes)
    {
        using var checkpoint = CheckpointFolder.Open(GoldenData.Require("torch/strided_legacy.pt"));
        Assert.Equal(description, checkpoint.Get(name).ToString());
        Assert.Equal(bytes, Convert.ToHexStringLower(checkpoint.ReadBytes(name)));
    }

    [Fact]
    public void Of_a_training_in_the_older_format_the_models_tensors_are_read()
    {
        using var training = CheckpointFolder.Open(GoldenData.Require("torch/training_legacy.pt"));
        using var alone = CheckpointFolder.Open(GoldenData.Require("torch/strided_legacy.pt"));
        SampleTensors.AssertEqual(alone, training);
    }

    [Fact]
    public void A_file_of_the_older_format_that_was_cut_short_is_named()
    {
        using var folder = new ScratchFolder();
        var whole = File.ReadAllBytes(GoldenData.Require("torch/strided_legacy.pt"));
        File.WriteAllBytes(folder["cut.pt"], whole[..^20]);
        var error = Assert.Throws<DiagnosticException>(() => CheckpointFolder.Open(folder["cut.pt"]));
        Assert.Matches("cut.pt: error LLAVA4001: the storage [0-9]+ claims [0-9]+ elements of [0-9] bytes, more than the file has left$", error.Message);
    }
}
