using System.Runtime.InteropServices;
using Llava.Model.Checkpoints;
using Llava.Tests;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>A file of torch.save whose tensors are views of one storage, arange(24) as 4 by 6, and some others.</summary>
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
        using var checkpoint = CheckpointFolder.Open(GoldenData.Require("torch/strided.pt"));
        Assert.Equal(description, checkpoint.Get(name).ToString());
        Assert.Equal(values, MemoryMarshal.Cast<byte, float>(checkpoint.ReadBytes(name)).ToArray());
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
}
