using System.Buffers.Binary;
using Llava.Model.Checkpoints;
using Llava.Model.Checkpoints.Torch;
using Llava.Tests;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>
/// Damaged checkpoints (<see cref="MutatedFiles"/>) are read or refused, and make no reader swell. Opening
/// allocates at most what the file holds, eight times what its header or pickle holds (a parsed key costs more than its bytes) and a
/// quarter of a megabyte (HDF5, whose headers may be read for several objects: 32 MB); reading a tensor at most twice what the file can stand for.
/// </summary>
[Trait("Category", MutatedFiles.Category)]
public sealed class MutatedCheckpointTests
{
    const long FixedBytes = 256 << 10, CompressedFixedBytes = 32 << 20, StructureFactor = 8, ReadingFactor = 2;

    byte[] _read = [];

    [Fact]
    public void A_damaged_safetensors_file_never_crashes_hangs_or_swells() => Run(20240917, expansion: 1,
    [
        .. Golden("small", "*.safetensors").Select(file => (file, Header(File.ReadAllBytes(file)))),
        .. Written(CheckpointFormat.Safetensors).Select(file => (file, Header(File.ReadAllBytes(file)))),
    ]);

    [Fact]
    public void A_damaged_torch_file_never_crashes_hangs_or_swells() => Run(20240918, expansion: 1,
    [
        .. Golden("small", "*.bin").Select(file => (file, PickleAndDirectory(file))),
        (GoldenData.Require("torch/strided.pt"), PickleAndDirectory(GoldenData.Require("torch/strided.pt"))),
        .. Written(CheckpointFormat.Bin).Concat(Written(CheckpointFormat.Mdl)).Select(file => (file, PickleAndDirectory(file))),
    ]);

    [Fact]
    public void A_damaged_torch_file_of_the_older_format_never_crashes_hangs_or_swells() =>
        Run(20250102, expansion: 1, [.. new[] { "torch/strided_legacy.pt", "torch/training_legacy.pt" }.Select(GoldenData.Require).Select(file => (file, Whole(file)))]);

    [Fact]
    public void A_damaged_hdf5_file_never_crashes_hangs_or_swells() =>
        Run(20250103, expansion: 1032, [(GoldenData.Require("h5mdl/types_lz4.mdl"), Whole(GoldenData.Require("h5mdl/types_lz4.mdl")))]);

    static IEnumerable<string> Golden(string part, string pattern) => Directory.GetFiles(GoldenData.Require(part), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    readonly ScratchFolder _folder = new();

    IEnumerable<string> Written(CheckpointFormat format)
    {
        var folder = _folder[$"{format}"];
        return [.. new CheckpointWriter().Write(folder, format, SampleTensors.All().Take(12)).Select(file => Path.Combine(folder, file))];
    }

    static (int Start, int Length)[] Header(byte[] file) => [(0, 8), (8, (int)BinaryPrimitives.ReadInt64LittleEndian(file))];

    static (int Start, int Length)[] PickleAndDirectory(string path)
    {
        using var file = new FileRegion(path);
        var entries = ZipDirectory.Read(file).Values.ToArray();
        var pickle = entries.Single(entry => entry.Name.EndsWith("data.pkl", StringComparison.Ordinal));
        var data = (int)entries.Max(entry => entry.DataOffset + entry.Length);
        return [((int)pickle.DataOffset, (int)pickle.Length), ((int)pickle.DataOffset, (int)pickle.Length), (data, (int)file.Length - data)];
    }

    static (int Start, int Length)[] Whole(string path) => [(0, (int)new FileInfo(path).Length)];

    /// <param name="expansion">What a byte of the file can stand for under its compression.</param>
    void Run(int seed, int expansion, (string Path, (int Start, int Length)[] Structure)[] inputs)
    {
        using var folder = _folder;
        new MutatedFiles("LLAVA4", (file, what) => Read(file, what, expansion))
            .Run(seed, [.. inputs.Select((input, number) => new MutatedFile(_folder[$"mutated{number}"], File.ReadAllBytes(input.Path), input.Structure))]);
    }

    void Read(MutatedFile file, string what, int expansion)
    {
        ICheckpointReader? opened = null;
        MutatedFiles.AssertAllocates((expansion > 1 ? CompressedFixedBytes : FixedBytes) + file.Length + (StructureFactor * file.StructureLength), $"{what}: opening", () => opened = CheckpointFolder.Open(file.Path));
        using var reader = opened!;
        foreach (var tensor in reader.Tensors)
            ReadOne(reader, tensor, what, (long)file.Length * expansion);
    }

    void ReadOne(ICheckpointReader reader, TensorInfo tensor, string what, long most)
    {
        Assert.True(tensor.ByteLength <= most, $"{what}: {tensor.Name} {tensor} of a file that stands for {most} bytes");
        if (_read.Length < tensor.ByteLength)
            _read = new byte[tensor.ByteLength];
        MutatedFiles.AssertAllocates(FixedBytes + (ReadingFactor * most), $"{what}: {tensor.Name}", () => reader.Read(tensor, 0, _read.AsSpan(0, (int)tensor.ByteLength)));
    }
}
