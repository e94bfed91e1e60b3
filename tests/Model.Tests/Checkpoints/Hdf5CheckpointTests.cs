using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Llava.Contracts.Diagnostics;
using Llava.H5Reading;
using Llava.Model.Checkpoints;
using Llava.Tests;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>A file as Cerebras' saver lays it out, written by h5py, its LZ4 chunks by liblz4: see tests/golden/h5mdl/README.md.</summary>
public sealed class Hdf5CheckpointTests
{
    static string Golden => GoldenData.Require("h5mdl/types_lz4.mdl");

    [Theory]
    [InlineData("lz4")]
    [InlineData("gzip")]
    [InlineData("none")]
    public void Every_type_reads_under_every_compression(string how)
    {
        using var checkpoint = CheckpointFolder.Open(Golden);
        AssertHolds(checkpoint, $"{how}.single", "F32 [77, 33]", [.. Enumerable.Range(0, 77 * 33).Select(i => (float)(i % 11))]);
        AssertHolds(checkpoint, $"{how}.half", "F16 [300]", [.. Enumerable.Range(0, 300).Select(i => (Half)(i % 7))]);
        AssertHolds(checkpoint, $"{how}.long", "I64 [5, 8]", [.. Enumerable.Range(0, 40).Select(i => (long)i)]);
        AssertHolds(checkpoint, $"{how}.short", "I16 [3, 4]", [.. Enumerable.Range(-6, 12).Select(i => (short)i)]);
        AssertHolds(checkpoint, $"{how}.flags", "BOOL [9]", [.. Enumerable.Range(0, 9).Select(i => (byte)(1 - (i % 2)))]);
        AssertHolds(checkpoint, $"{how}.patches", "F32 [4, 3, 6, 6]", [.. Enumerable.Range(0, 432).Select(i => (float)i)]);
        AssertHolds(checkpoint, $"{how}.bfloat", "BF16 [4, 6]", [.. Enumerable.Range(0, 24).Select(i => (ushort)(BitConverter.SingleToUInt32Bits(i * 0.5f) >> 16))]);
        AssertHolds(checkpoint, $"{how}.bfloat_signed", "BF16 [4, 6]", [.. Enumerable.Range(0, 24).Select(i => (ushort)(BitConverter.SingleToUInt32Bits(i * -0.5f) >> 16))]);
        Assert.Equal("F64 [3, 4]", checkpoint.Get($"{how}.double").ToString());
        Assert.Equal(3 / 11.0, MemoryMarshal.Cast<byte, double>(checkpoint.ReadBytes($"{how}.double"))[3], 1e-15);
    }

    [Fact]
    public void Blocks_that_did_not_shrink_and_many_blocks_in_a_chunk_read()
    {
        using var checkpoint = CheckpointFolder.Open(Golden);
        AssertHolds(checkpoint, "lz4.blocks", "I32 [2700]", [.. Enumerable.Range(0, 2700).Select(i => i / 3)]);
        Assert.Equal("387318316853ec1d0c50e45988722c1ada05588b909314bd6ae5a0b2558ef65d", Convert.ToHexStringLower(SHA256.HashData(checkpoint.ReadBytes("lz4.noise"))));
    }

    [Fact]
    public void Of_a_trainings_state_the_models_tensors_are_read_under_unquoted_names()
    {
        using var checkpoint = CheckpointFolder.Open(Golden);
        AssertHolds(checkpoint, "a/b c", "F32 [3]", [1f, 1f, 1f]);
        AssertHolds(checkpoint, "scalar", "F32 []", [2.5f]);
        AssertHolds<float>(checkpoint, "empty", "F32 [0, 4]", []);
        Assert.Equal(32, checkpoint.Tensors.Count);
    }

    [Fact]
    public void Reading_in_small_pieces_gives_the_same_bytes()
    {
        using var checkpoint = CheckpointFolder.Open(Golden);
        foreach (var name in new[] { "lz4.single", "lz4.patches" })
        {
            var whole = checkpoint.ReadBytes(name);
            var pieces = new byte[whole.Length];
            for (var offset = 0; offset < pieces.Length; offset += 101)
                checkpoint.Read(checkpoint.Get(name), offset, pieces.AsSpan(offset, Math.Min(101, pieces.Length - offset)));
            Assert.Equal(whole, pieces);
        }
    }

    [Fact]
    public void A_damaged_chunk_is_named()
    {
        using var folder = new ScratchFolder();
        var bytes = File.ReadAllBytes(Golden);
        // The first stream of lz4.single: 720 bytes whole, behind the block size.
        var place = bytes.AsSpan().IndexOf(new byte[] { 0, 0, 0, 0, 0, 0, 2, 0xd0, 0x40, 0, 0, 0 });
        bytes[place + 7]++;
        File.WriteAllBytes(folder["bad.mdl"], bytes);
        using var checkpoint = CheckpointFolder.Open(folder["bad.mdl"]);
        var error = Assert.Throws<DiagnosticException>(() => checkpoint.ReadBytes("lz4.single"));
        Assert.Equal($"{folder["bad.mdl"]}: error LLAVA4001: the chunk at {place} cannot be decompressed", error.Message);
    }

    [Fact]
    public void A_structure_that_is_to_lie_before_the_file_takes_no_memory()
    {
        using var file = new Hdf5File(Golden, ErrorCatalog.BadCheckpointFile, ErrorCatalog.UnsupportedContainer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<DiagnosticException>(() => file.Metadata(-(1L << 31), 1 << 30).U8());
        Assert.StartsWith($"{Golden}: error LLAVA4001: ", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_that_was_cut_short_is_named()
    {
        using var folder = new ScratchFolder();
        File.WriteAllBytes(folder["cut.mdl"], File.ReadAllBytes(Golden)[..2000]);
        Assert.StartsWith($"{folder["cut.mdl"]}: error LLAVA4001: ", Assert.Throws<DiagnosticException>(() => CheckpointFolder.Open(folder["cut.mdl"])).Message, StringComparison.Ordinal);
    }

    static void AssertHolds<T>(ICheckpointReader checkpoint, string name, string description, T[] values) where T : unmanaged
    {
        Assert.Equal(description, checkpoint.Get(name).ToString());
        Assert.Equal(values, MemoryMarshal.Cast<byte, T>(checkpoint.ReadBytes(name)).ToArray());
    }
}
