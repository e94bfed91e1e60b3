using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Model.Checkpoints.Torch;

namespace Llava.Model.Tests.Checkpoints;

public sealed class BadCheckpointTests
{
    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"v":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "v starts at byte 4, where 8 was to come: tensors overlap")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "w starts at byte 4, where 0 was to come: tensors leave a gap")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "w: F32 [3] does not fill its bytes 0 to 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "w: F32 [4611686018427387904, 4] does not fill its bytes 0 to 0")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", 8, "the tensors take 12 bytes, but 8 follow the header: the file is cut short")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3]}}""", 12, "w has no data_offsets")]
    [InlineData("""{"w":{"dtype":"F32","shape":[true],"data_offsets":[0,4]}}""", 4, "the header is not the JSON that it should be: byte 29 of it belongs to no text, number, list or object")]
    public void A_wrong_safetensors_header_is_named(string header, int dataBytes, string message)
    {
        using var folder = new ScratchFolder();
        var bytes = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(folder["w.safetensors"], [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. new byte[dataBytes]]);
        AssertFails(folder["w.safetensors"], $"error LLAVA4001: {message}");
    }

    [Fact]
    public void A_header_that_claims_terabytes_is_refused_unread()
    {
        using var folder = new ScratchFolder();
        File.WriteAllBytes(folder["w.safetensors"], [.. BitConverter.GetBytes(1L << 42), .. "{}"u8]);
        AssertFails(folder["w.safetensors"], "error LLAVA4001: the header claims 4398046511104 bytes, the file has 10");
    }

    [Fact]
    public void A_tensor_that_stands_twice_is_named()
    {
        using var folder = new ScratchFolder();
        var header = """{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"""u8;
        File.WriteAllBytes(folder["w.safetensors"], [.. BitConverter.GetBytes((long)header.Length), .. header, 0, 0]);
        AssertFails(folder["w.safetensors"], "error LLAVA4003: w stands twice");
    }

    [Fact]
    public void A_truncated_file_of_either_container_is_named()
    {
        using var folder = new ScratchFolder();
        foreach (var (format, message) in new[] { (CheckpointFormat.Safetensors, "the file is cut short"), (CheckpointFormat.Bin, "the zip has no end record: the file is cut short") })
        {
            var file = folder[new CheckpointWriter().Write(folder.Path, format, SampleTensors.All())[0]];
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..^30]);
            Assert.EndsWith(message, Assert.Throws<DiagnosticException>(() => CheckpointFolder.Open(file)).Message);
        }
    }

    [Fact]
    public void A_pickle_that_would_run_code_is_refused_by_name()
    {
        var error = Assert.Throws<DiagnosticException>(() => PickleReader.Read(Latin1("\u0080\u0002cos\nsystem\nX\u0004\0\0\0true\u0085R."), "evil.bin"));
        Assert.Equal("evil.bin: error LLAVA4005: the pickle asks for os.system; only tensors, numbers, strings, lists, tuples and dicts are read", error.Message);
    }

    [Fact]
    public void A_pickle_that_builds_objects_is_refused()
    {
        var error = Assert.Throws<DiagnosticException>(() => PickleReader.Read(Latin1("(icollections\nOrderedDict\n."), "evil.bin"));
        Assert.Equal("evil.bin: error LLAVA4005: the pickle uses the instruction 0x69 ('i'), which plain tensors never need", error.Message);
    }

    [Fact]
    public void A_dict_that_holds_itself_is_refused()
    {
        var root = PickleReader.Read(Latin1("\u0080\u0002}q\0X\u0001\0\0\0ah\0s."), "loop.bin");
        var error = Assert.Throws<DiagnosticException>(() => PickledStateDictionary.Find(root, "loop.bin", 20));
        Assert.Equal("loop.bin: error LLAVA4001: the pickle's containers hold themselves, or nest without reason", error.Message);
    }

    [Fact]
    public void A_long_list_beside_the_tensors_is_left_alone()
    {
        var root = PickleReader.Read([.. Latin1("\u0080\u0002}(X\u0004\0\0\0name]("), .. Enumerable.Range(0, 20000).SelectMany(number => (byte[])[(byte)'M', (byte)number, (byte)(number >> 8)]), .. Latin1("eu.")], "list.bin");
        Assert.Empty(PickledStateDictionary.Find(root, "list.bin", 60_000));
    }

    [Fact]
    public void A_key_that_is_no_name_matters_for_tensors_alone()
    {
        var root = PickleReader.Read(Latin1("\u0080\u0002}(K\u0001K\u0002\u0086K\u0003u."), "keys.bin");
        Assert.Empty(PickledStateDictionary.Find(root, "keys.bin", 20));
    }

    [Fact]
    public void A_tensor_under_a_key_that_is_no_name_is_named()
    {
        object?[] pair = [1L, 2L];
        foreach (var (key, kind) in new[] { ((object?)pair, "a tuple"), (null, "None"), (true, "the value True") })
        {
            var root = new PickledDictionary();
            root.Add(key, new PickledTensor(new PickledStorage("0", ElementType.Float32, 1), ElementType.Float32, 0, [1], [1]));
            var error = Assert.Throws<DiagnosticException>(() => PickledStateDictionary.Find(root, "keys.bin", 20));
            Assert.Equal($"keys.bin: error LLAVA4001: tensors lie under a key that is no name but {kind}", error.Message);
        }
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")]
    public void A_pointer_of_git_lfs_is_named(string pointer)
    {
        using var folder = new ScratchFolder();
        foreach (var file in new[] { "model.safetensors", "pytorch_model.bin" })
        {
            File.WriteAllText(folder[file], pointer);
            AssertFails(folder[file], "error LLAVA4001: this is a git-LFS pointer, not the file that it stands for: fetch that with git lfs pull");
        }
    }

    [Fact]
    public void An_older_file_that_would_run_code_is_refused_before_it_is_read_further()
    {
        using var folder = new ScratchFolder();
        var magic = "\u0080\u0002\u008a\u000a\u006c\u00fc\u009c\u0046\u00f9\u0020\u006a\u00a8\u0050\u0019.\u0080\u0002M\u00e9\u0003.\u0080\u0002}.";
        File.WriteAllBytes(folder["evil.pt"], [.. Latin1(magic + "\u0080\u0002cos\nsystem\n."), .. new byte[17 << 20]]);
        AssertFails(folder["evil.pt"], "error LLAVA4005: the pickle asks for os.system; only tensors, numbers, strings, lists, tuples and dicts are read");
    }

    [Fact]
    public void An_index_that_names_a_missing_shard_or_tensor_is_named()
    {
        using var folder = new ScratchFolder();
        new CheckpointWriter { MaximumShardBytes = 1 }.Write(folder.Path, CheckpointFormat.Safetensors, SampleTensors.All().Take(2));
        var index = folder["model.safetensors.index.json"];
        File.WriteAllText(index, File.ReadAllText(index).Replace("layer.0.Float64", "layer.9"));
        AssertFails(folder.Path, "error LLAVA4002: layer.9 is to be in model-00001-of-00002.safetensors, but is not there", index);
        File.Delete(folder["model-00002-of-00002.safetensors"]);
        AssertFails(folder.Path, "error LLAVA4002: the shard model-00002-of-00002.safetensors is missing", index);
    }

    [Fact]
    public void Two_shards_with_one_key_are_both_named()
    {
        using var folder = new ScratchFolder();
        new CheckpointWriter { MaximumShardBytes = 1 }.Write(folder.Path, CheckpointFormat.Safetensors, SampleTensors.All().Take(2));
        File.Copy(folder["model-00001-of-00002.safetensors"], folder["model-00002-of-00002.safetensors"], overwrite: true);
        var error = Assert.Throws<DiagnosticException>(() => CheckpointFolder.Open(folder.Path));
        Assert.Equal($"{folder["model-00002-of-00002.safetensors"]}: error LLAVA4003: layer.0.Float64 stands twice: also in {folder["model-00001-of-00002.safetensors"]}", error.Message);
    }

    [Fact]
    public void An_index_cannot_reach_outside_its_folder()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["model.safetensors.index.json"], """{"weight_map":{"w":"../secret.safetensors"}}""");
        AssertFails(folder.Path, "error LLAVA4002: a shard must be a file beside the index, but one is \"../secret.safetensors\"", folder["model.safetensors.index.json"]);
    }

    [Theory]
    [InlineData("{}", "", "not a checkpoint index: it has no object weight_map, which names the shard of every tensor")]
    [InlineData("[]", "", "not a checkpoint index: it has no object weight_map, which names the shard of every tensor")]
    [InlineData("{\"weight_map\": 3}", "", "not a checkpoint index: it has no object weight_map, which names the shard of every tensor")]
    [InlineData("{\"weight_map\": {\"w\": 3}}", "", "a shard must be a file beside the index, but one is 3")]
    [InlineData("{\"weight_map\": {\"w\": \"\\ud800\"}}", "", "not a checkpoint index: a text in it is not Unicode")]
    [InlineData("{\n  weight_map", "(2,3)", "not a checkpoint index: 'w' is an invalid start of a property name. Expected a '\"'.")]
    public void An_index_that_is_none_says_why(string text, string place, string message)
    {
        using var folder = new ScratchFolder();
        var index = folder["model.safetensors.index.json"];
        File.WriteAllText(index, text);
        AssertFails(folder.Path, $"error LLAVA4002: {message}", index + place);
    }

    [Fact]
    public void An_index_may_begin_with_a_mark_of_its_encoding()
    {
        using var folder = new ScratchFolder();
        new CheckpointWriter { MaximumShardBytes = 1 }.Write(folder.Path, CheckpointFormat.Safetensors, SampleTensors.All().Take(2));
        var index = folder["model.safetensors.index.json"];
        File.WriteAllText(index, File.ReadAllText(index), Encoding.UTF8);
        using var opened = CheckpointFolder.Open(folder.Path);
        Assert.Equal(2, opened.Tensors.Count);
    }

    [Fact]
    public void A_folder_without_a_checkpoint_is_one_error()
    {
        using var folder = new ScratchFolder();
        Assert.StartsWith($"{folder.Path}: error LLAVA1001: no checkpoint in this folder", Assert.Throws<DiagnosticException>(() => CheckpointFolder.Open(folder.Path)).Message);
    }

    static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    static void AssertFails(string path, string message, string? place = null) =>
        Assert.Equal($"{place ?? path}: {message}", Assert.Throws<DiagnosticException>(() => CheckpointFolder.Open(path)).Message);
}
