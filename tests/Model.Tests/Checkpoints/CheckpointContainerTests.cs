using Llava.Model.Checkpoints;
using Llava.Tests;

namespace Llava.Model.Tests.Checkpoints;

public sealed class CheckpointContainerTests
{
    [Theory]
    [InlineData(CheckpointFormat.Safetensors, "model.safetensors")]
    [InlineData(CheckpointFormat.Bin, "pytorch_model.bin")]
    [InlineData(CheckpointFormat.Mdl, "model.mdl")]
    public void Every_element_type_and_shape_comes_back_bit_for_bit(CheckpointFormat format, string file)
    {
        using var folder = new ScratchFolder();
        var tensors = SampleTensors.All();
        Assert.Equal([file], new CheckpointWriter().Write(folder.Path, format, tensors));
        using var reader = CheckpointFolder.Open(folder.Path);
        SampleTensors.AssertHolds(reader, tensors);
    }

    [Theory]
    [InlineData(CheckpointFormat.Safetensors, "model.safetensors.index.json")]
    [InlineData(CheckpointFormat.Bin, "pytorch_model.bin.index.json")]
    public void Shards_read_as_one_checkpoint(CheckpointFormat format, string index)
    {
        using var folder = new ScratchFolder();
        var tensors = SampleTensors.All();
        var written = new CheckpointWriter { MaximumShardBytes = 200 }.Write(folder.Path, format, tensors);
        Assert.Equal(index, written[^1]);
        Assert.InRange(written.Count, 6, 40);
        using var reader = CheckpointFolder.Open(folder.Path);
        SampleTensors.AssertHolds(reader, tensors);
    }

    [Theory]
    [InlineData(CheckpointFormat.Safetensors)]
    [InlineData(CheckpointFormat.Bin)]
    public void The_same_tensors_in_another_order_give_the_same_bytes(CheckpointFormat format)
    {
        using var first = new ScratchFolder();
        using var second = new ScratchFolder();
        var file = new CheckpointWriter().Write(first.Path, format, SampleTensors.All())[0];
        new CheckpointWriter().Write(second.Path, format, SampleTensors.All().Reverse());
        Assert.Equal(File.ReadAllBytes(first[file]), File.ReadAllBytes(second[file]));
    }

    [Fact]
    public void Another_format_written_over_a_checkpoint_replaces_it()
    {
        using var folder = new ScratchFolder();
        new CheckpointWriter { MaximumShardBytes = 200 }.Write(folder.Path, CheckpointFormat.Safetensors, SampleTensors.All());
        new CheckpointWriter().Write(folder.Path, CheckpointFormat.Bin, SampleTensors.All(2));
        Assert.Equal([folder["pytorch_model.bin"]], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("image_model")]
    [InlineData("text_model")]
    public void What_torch_and_safetensors_wrote_reads_the_same(string part)
    {
        using var pickled = CheckpointFolder.Open(GoldenData.Require($"small/model/hf_in/{part}"));
        using var safetensors = CheckpointFolder.Open(GoldenData.Require($"small/model/hf_in_safetensors/{part}"));
        Assert.NotEmpty(pickled.Tensors);
        SampleTensors.AssertEqual(pickled, safetensors);
    }

    [Fact]
    public void A_part_of_a_tensor_can_be_read()
    {
        using var folder = new ScratchFolder();
        var tensor = SampleTensors.Draw("w", ElementType.Float32, [64], new Random(3));
        new CheckpointWriter().Write(folder.Path, CheckpointFormat.Bin, [tensor]);
        using var reader = CheckpointFolder.Open(folder.Path);
        var part = new byte[16];
        reader.Read(reader.Get("w"), 100, part);
        Assert.Equal(SampleTensors.BytesOf(tensor)[100..116], part);
    }

    [Fact]
    public void A_failed_write_leaves_nothing_behind()
    {
        using var folder = new ScratchFolder();
        var broken = new TensorSource(new TensorInfo("w", ElementType.Float32, [4]), _ => throw new IOException("disk full"));
        Assert.Throws<IOException>(() => new CheckpointWriter().Write(folder.Path, CheckpointFormat.Safetensors, [broken]));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
