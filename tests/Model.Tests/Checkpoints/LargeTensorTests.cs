using Llava.Model.Checkpoints;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>A tensor whose length does not fit 32 bits. The source is a sparse file; what is written is 2 GB and a little.</summary>
public sealed class LargeTensorTests
{
    const long Elements = (1L << 31) + 4099;

    [Theory]
    [InlineData(CheckpointFormat.Safetensors)]
    [InlineData(CheckpointFormat.Bin)]
    public void A_tensor_of_more_than_2_GB_is_read_written_and_read_again(CheckpointFormat format)
    {
        using var folder = new ScratchFolder();
        Assert.SkipUnless(new DriveInfo(folder.Path).AvailableFreeSpace > 3 * Elements, "needs 6 GB of disk");
        byte[] ending = [1, 2, 3, 4, 5, 6, 7, 8];
        WriteSparse(folder["source.safetensors"], ending);
        using var source = CheckpointFolder.Open(folder["source.safetensors"]);
        new CheckpointWriter().Write(folder["written"], format, [TensorSource.From(source, source.Get("w")), TensorSource.FromBytes("x", ElementType.UInt8, [3], new byte[] { 9, 9, 9 })]);

        using var written = CheckpointFolder.Open(folder["written"]);
        var tensor = written.Get("w");
        Assert.Equal(Elements, tensor.ByteLength);
        var read = new byte[12];
        written.Read(tensor, Elements - read.Length, read);
        Assert.Equal([0, 0, 0, 0, .. ending], read);
        written.Read(tensor, int.MaxValue - 4L, read);
        Assert.Equal([0, 0, 0, 0, 0, 42, 0, 0, 0, 0, 0, 0], read);
        Assert.Equal([9, 9, 9], written.ReadBytes("x"));
    }

    // 42 at byte 2^31, the first that 32 bits cannot count.
    static void WriteSparse(string path, byte[] ending)
    {
        var header = System.Text.Encoding.UTF8.GetBytes(FormattableString.Invariant($$$"""{"w":{"dtype":"U8","shape":[{{{Elements}}}],"data_offsets":[0,{{{Elements}}}]}}"""));
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        var start = file.Position;
        file.Position = start + (1L << 31);
        file.WriteByte(42);
        file.Position = start + Elements - ending.Length;
        file.Write(ending);
    }
}
