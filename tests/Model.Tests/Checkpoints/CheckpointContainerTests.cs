using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Model.Checkpoints.Safetensors;
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
    public void What_a_killed_writer_left_is_removed_and_what_is_not_of_a_writer_stays()
    {
        using var scratch = new ScratchFolder();
        foreach (var name in (string[])["model-00001-of-00002.safetensors.2147483647.partial", "notes.partial", "tokenizer.model"])
            File.WriteAllText(scratch[name], "half");
        new CheckpointWriter().Write(scratch.Path, CheckpointFormat.Safetensors, SampleTensors.All());
        Assert.Equal(["model.safetensors", "notes.partial", "tokenizer.model"], Directory.GetFiles(scratch.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("checkpoint_20.mdl", "checkpoint_9.mdl", "checkpoint_10.mdl", "checkpoint_20.mdl", "checkpoint_x.mdl")]
    [InlineData("checkpoint_30/model.mdl", "checkpoint_20.mdl", "checkpoint_30/model.mdl", "checkpoint_40.log")]
    [InlineData("checkpoint_40.mdl", "checkpoint_30/model.mdl", "checkpoint_40.mdl")]
    public void The_newest_checkpoint_of_a_training_is_opened(string newest, params string[] files)
    {
        using var folder = new ScratchFolder();
        foreach (var file in files)
        {
            var written = new CheckpointWriter().Write(folder["written"], CheckpointFormat.Mdl, [TensorSource.FromFloats(file, [1], new float[1])]);
            Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
            File.Move(folder[$"written/{written[0]}"], folder[file]);
        }
        using var opened = CheckpointFolder.Open(folder.Path);
        Assert.Equal(newest, Assert.Single(opened.Tensors).Name);
        Assert.Equal(newest.EndsWith(".mdl", StringComparison.Ordinal) && !newest.Contains('/', StringComparison.Ordinal), CheckpointFolder.HoldsCheckpoint(folder.Path));
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

    [Theory]
    [InlineData(ElementType.UInt64, "U64")]
    [InlineData(ElementType.UInt32, "U32")]
    [InlineData(ElementType.UInt16, "U16")]
    public void Unsigned_integers_are_safetensors_own(ElementType type, string name)
    {
        using var folder = new ScratchFolder();
        var tensor = SampleTensors.Draw("w", type, [3, 5], new Random(4));
        new CheckpointWriter().Write(folder["safetensors"], CheckpointFormat.Safetensors, [tensor]);
        using var reader = CheckpointFolder.Open(folder["safetensors"]);
        SampleTensors.AssertHolds(reader, [tensor]);
        var error = Assert.Throws<DiagnosticException>(() => new CheckpointWriter().Write(folder["bin"], CheckpointFormat.Bin, [tensor]));
        Assert.Equal($"llava: error LLAVA4004: w {name} [3, 5] has no place in a torch file; write safetensors", error.Message);
        Assert.Empty(Directory.GetFiles(folder["bin"]));
    }

    [Fact]
    public void Text_beside_the_tensors_is_kept_and_the_format_is_always_torchs()
    {
        using var folder = new ScratchFolder();
        var metadata = new Dictionary<string, string> { ["licence"] = "mine", ["format"] = "tf" };
        new CheckpointWriter { MaximumShardBytes = 200, Metadata = metadata }.Write(folder.Path, CheckpointFormat.Safetensors, SampleTensors.All());
        using var reader = CheckpointFolder.Open(folder.Path);
        Assert.Equal(new Dictionary<string, string> { ["format"] = "pt", ["licence"] = "mine" }, reader.Metadata);
    }

    [Fact]
    public void Text_that_differs_from_shard_to_shard_is_kept_of_each()
    {
        using var folder = new ScratchFolder();
        var tensors = SampleTensors.All().Take(2).ToArray();
        new CheckpointWriter { MaximumShardBytes = 1, Metadata = new Dictionary<string, string> { ["part"] = "one" } }.Write(folder.Path, CheckpointFormat.Safetensors, tensors);
        SafetensorsWriter.Write(folder["model-00002-of-00002.safetensors"], tensors[1..], new Dictionary<string, string> { ["part"] = "two", ["only"] = "here" });
        using var reader = CheckpointFolder.Open(folder.Path);
        Assert.Equal([("format", "pt"), ("only", "here"), ("part", "one; two")], reader.Metadata.Select(entry => (entry.Key, entry.Value)).Order());
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

    [Theory]
    [InlineData(200)]
    [InlineData(long.MaxValue)]
    public void A_failed_write_leaves_the_checkpoint_that_was_there(long maximumShardBytes)
    {
        using var folder = new ScratchFolder();
        new CheckpointWriter { MaximumShardBytes = maximumShardBytes }.Write(folder.Path, CheckpointFormat.Safetensors, SampleTensors.All());
        var before = Contents(folder.Path);
        var broken = new TensorSource(new TensorInfo("zz", ElementType.Float32, [100]), _ => throw new IOException("disk full"));
        Assert.Throws<IOException>(() => new CheckpointWriter { MaximumShardBytes = maximumShardBytes }.Write(folder.Path, CheckpointFormat.Safetensors, [.. SampleTensors.All(2), broken]));
        Assert.Equal(before, Contents(folder.Path));
    }

    static string[] Contents(string folder) => [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(File.ReadAllBytes(file))}")];

    [Fact]
    public void A_checkpoint_of_another_name_that_would_be_found_first_is_removed()
    {
        using var folder = new ScratchFolder();
        foreach (var name in (string[])["model.bin", "model.bin.index.json"])
            File.WriteAllText(folder[name], "an older one");
        new CheckpointWriter().Write(folder.Path, CheckpointFormat.Mdl, SampleTensors.All());
        Assert.Equal([folder["model.mdl"]], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(CheckpointFormat.Safetensors)]
    [InlineData(CheckpointFormat.Bin)]
    public void A_source_that_turns_out_damaged_while_it_is_read_leaves_no_shard_behind(CheckpointFormat format)
    {
        using var folder = new ScratchFolder();
        var bytes = File.ReadAllBytes(GoldenData.Require("h5mdl/types_lz4.mdl"));
        // The first stream of lz4.single: 720 bytes whole, behind the block size.
        bytes[bytes.AsSpan().IndexOf(new byte[] { 0, 0, 0, 0, 0, 0, 2, 0xd0, 0x40, 0, 0, 0 }) + 7]++;
        File.WriteAllBytes(folder["bad.mdl"], bytes);
        using var source = CheckpointFolder.Open(folder["bad.mdl"]);
        var writer = new CheckpointWriter { MaximumShardBytes = 1000 };
        var error = Assert.Throws<DiagnosticException>(() => writer.Write(folder["out"], format, source.Tensors.Select(tensor => TensorSource.From(source, tensor))));
        Assert.EndsWith("cannot be decompressed", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder["out"]));
    }
}
