using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Model.Checkpoints.Torch;
using Llava.Tests;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>
/// Real files with bytes changed, cut, repeated or swapped: opening and reading them fails with a code or succeeds, within seconds. Opening
/// allocates at most what the file holds, eight times what its header or pickle holds (a parsed key costs more than its bytes) and a
/// quarter of a megabyte (HDF5, whose headers may be read for several objects: 32 MB); reading a tensor at most twice what the file can stand for.
/// A few thousand cases in ordinary runs; 100 000 a container where the category is asked for: <c>-- --filter-trait Category=Fuzz</c>.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed class MutatedCheckpointTests
{
    const int FewCases = 2_000, ManyCases = 100_000;
    const long FixedBytes = 256 << 10, CompressedFixedBytes = 32 << 20, StructureFactor = 8, ReadingFactor = 2;

    static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(60); // of a machine that does other things too; a case takes a millisecond

    static int Cases => Environment.GetCommandLineArgs().Contains("Category=Fuzz") ? ManyCases : FewCases;

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

    // On a thread of its own, so that one that hangs is a failure and not a test run that hangs.
    void Run(int seed, int expansion, (string Path, (int Start, int Length)[] Structure)[] inputs)
    {
        var (number, started) = (-1, Stopwatch.GetTimestamp());
        ExceptionDispatchInfo? failure = null;
        var cases = new Thread(() =>
        {
            try
            {
                RunCases(seed, expansion, inputs, next => (number, started) = (next, Stopwatch.GetTimestamp()));
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        })
        { IsBackground = true };
        cases.Start();
        while (!cases.Join(TimeSpan.FromSeconds(1)))
            Assert.True(Stopwatch.GetElapsedTime(Volatile.Read(ref started)) < LongestCase, $"case {Volatile.Read(ref number)} hangs");
        failure?.Throw();
        _folder.Dispose();
    }

    void RunCases(int seed, int expansion, (string Path, (int Start, int Length)[] Structure)[] inputs, Action<int> onCase)
    {
        var random = new Random(seed);
        MutatedFile[] files = [.. inputs.Select((input, number) => new MutatedFile(_folder[$"mutated{number}"], File.ReadAllBytes(input.Path), input.Structure))];
        // The first ones pay for what is made once.
        foreach (var file in files)
            Assert.True(Reads(file, "unchanged", expansion), $"{file.Path} does not read");
        var damaged = 0;
        for (var number = 0; number < Cases; number++)
        {
            onCase(number);
            var file = files[number % files.Length];
            file.Damage(random);
            damaged += Reads(file, $"case {number}", expansion) ? 0 : 1;
            file.Mend();
        }
        // What changes nothing proves nothing.
        Assert.InRange(damaged, Cases / 20, Cases);
        foreach (var file in files)
        {
            Assert.True(Reads(file, "mended", expansion), $"{file.Path} was not mended");
            file.Dispose();
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Cases} cases over {files.Length} files, {damaged} refused"));
    }

    /// <param name="expansion">What a byte of the file can stand for under its compression.</param>
    /// <returns>False where it is refused.</returns>
    bool Reads(MutatedFile file, string what, int expansion)
    {
        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            ICheckpointReader? opened = null;
            try
            {
                opened = CheckpointFolder.Open(file.Path);
            }
            finally
            {
                AssertAllocated(before, what, "opening", (expansion > 1 ? CompressedFixedBytes : FixedBytes) + file.Length + (StructureFactor * file.StructureLength));
            }
            using var reader = opened;
            foreach (var tensor in reader.Tensors)
                ReadOne(reader, tensor, what, (long)file.Length * expansion);
            return true;
        }
        catch (DiagnosticException coded)
        {
            Assert.All(coded.Diagnostics, problem => Assert.StartsWith("LLAVA4", problem.Code.Id, StringComparison.Ordinal));
            return false;
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            throw new Xunit.Sdk.XunitException($"{what}: {error}");
        }
    }

    void ReadOne(ICheckpointReader reader, TensorInfo tensor, string what, long most)
    {
        Assert.True(tensor.ByteLength <= most, $"{what}: {tensor.Name} {tensor} of a file that stands for {most} bytes");
        if (_read.Length < tensor.ByteLength)
            _read = new byte[tensor.ByteLength];
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            reader.Read(tensor, 0, _read.AsSpan(0, (int)tensor.ByteLength));
        }
        finally
        {
            AssertAllocated(before, what, tensor.Name, FixedBytes + (ReadingFactor * most));
        }
    }

    static void AssertAllocated(long before, string what, string part, long most)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= most, $"{what}: {part} allocated {allocated} bytes, more than {most}");
    }
}
