using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Model.Checkpoints.Torch;
using Llava.Tests;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>Checkpoints that try to run a program or to have another file read.</summary>
public sealed class HostileCheckpointTests
{
    const string Command = "touch MARKER";

    [Theory]
    [InlineData("cposix\nsystem\n(V#\ntR.")]
    [InlineData("cos\nsystem\n(V#\ntR.")]
    [InlineData("\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093(V#\ntR.")]
    [InlineData("(V#\nios\nsystem\n.")]
    [InlineData("(cos\nsystem\nV#\no.")]
    [InlineData("c__builtin__\neval\n(V#\ntR.")]
    [InlineData("cbuiltins\ngetattr\n(cos\npath\nVos\ntR.")]
    [InlineData("csubprocess\nPopen\n(V#\ntR.")]
    [InlineData("ctorch.hub\nload\n(V#\ntR.")]
    [InlineData("cruntime\nexec\n(V#\ntR.")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.")]
    [InlineData("ccollections\nOrderedDict\n)}\u0092.")]
    [InlineData("\u0082\u0001.")]
    [InlineData("\u0083\u0001\0.")]
    [InlineData("\u0084\u0001\0\0\0.")]
    [InlineData("Pos.system('#')\n.")]
    [InlineData("(Vstorage\ncos\nsystem\nV#\nVcpu\nI1\ntQ.")]
    [InlineData("(Vstorage\nV#\nV../../../etc/passwd\nVcpu\nI1\ntQ.")]
    [InlineData("ccollections\nOrderedDict\n)R(V__class__\ncos\nsystem\ndb.")]
    public void A_pickle_runs_nothing(string pickle)
    {
        using var folder = new ScratchFolder();
        var bytes = Encoding.Latin1.GetBytes(pickle.Replace("#", Command.Replace("MARKER", folder["marker"], StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Matches("^evil.bin: error LLAVA400[15]: ", Assert.Throws<DiagnosticException>(() => PickleReader.Read(bytes, "evil.bin")).Message);
        Assert.False(File.Exists(folder["marker"]));
    }

    [Fact]
    public void What_a_pickle_says_of_an_objects_state_is_thrown_away()
    {
        var value = PickleReader.Read(Encoding.Latin1.GetBytes("ccollections\nOrderedDict\n)R(V__reduce__\nVos.system\ndb."), "evil.bin");
        Assert.Empty(Assert.IsType<PickledDictionary>(value).Entries);
    }

    [Theory]
    [InlineData("../secret.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("parts/a.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void An_index_names_files_beside_it_alone(string shard)
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["model.safetensors.index.json"], $$$"""{"weight_map":{"w":"{{{shard}}}"}}""");
        Assert.Equal($"{folder["model.safetensors.index.json"]}: error LLAVA4002: a shard must be a file beside the index, but one is \"{shard}\"", Assert.Throws<DiagnosticException>(() => CheckpointFolder.Open(folder.Path)).Message);
    }

    [Theory]
    [InlineData("external_link")]
    [InlineData("soft_link")]
    public void Links_in_an_h5_checkpoint_are_no_tensors(string name)
    {
        using var checkpoint = CheckpointFolder.Open(GoldenData.Require($"h5peer/{name}.h5"));
        Assert.Empty(checkpoint.Tensors);
    }

    [Fact]
    public void A_tensor_of_an_h5_checkpoint_does_not_lie_in_another_file() =>
        Assert.EndsWith("LLAVA4006: a dataset in files of its own", Assert.Throws<DiagnosticException>(() => CheckpointFolder.Open(GoldenData.Require("h5peer/external_storage.h5"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_safetensors_file_says_what_it_likes_of_itself()
    {
        using var folder = new ScratchFolder();
        var header = """{"__metadata__":{"format":"pt","auto_map":"../evil.py","path":"/etc/passwd"},"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"""u8;
        File.WriteAllBytes(folder["w.safetensors"], [.. BitConverter.GetBytes((long)header.Length), .. header, 7]);
        using var checkpoint = CheckpointFolder.Open(folder["w.safetensors"]);
        Assert.Equal(["w"], checkpoint.Tensors.Select(tensor => tensor.Name));
    }
}
