using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Tests;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>
/// Real files with bytes changed, cut, repeated or swapped: opening and reading them fails with a code or succeeds. Opening allocates
/// at most 96 KB (HDF5, whose headers may be read for several objects: 32 MB) and 8 bytes for each of the file (a parsed key costs more than its bytes), reading a tensor 3 for each byte that the file
/// can stand for: the tensor, what it was gathered or decompressed from, and a chunk. <c>LLAVA_FUZZ_CASES</c> sets the number of cases per container; 100 000 take about a minute.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed class MutatedCheckpointTests
{
    const int DefaultCases = 300;
    const long FixedBytes = 96 << 10, CompressedFixedBytes = 32 << 20, OpeningFactor = 8, ReadingFactor = 3;

    static readonly int Cases = int.Parse(Environment.GetEnvironmentVariable("LLAVA_FUZZ_CASES") ?? DefaultCases.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(CheckpointFormat.Safetensors)]
    [InlineData(CheckpointFormat.Bin)]
    [InlineData(CheckpointFormat.Mdl)]
    public void A_damaged_file_never_crashes_hangs_or_swells(CheckpointFormat format)
    {
        using var folder = new ScratchFolder();
        var written = new CheckpointWriter().Write(folder.Path, format, SampleTensors.All().Take(12))[0];
        Run(folder, File.ReadAllBytes(folder[written]), seed: 20240917, expansion: 1);
    }

    [Theory]
    [InlineData("torch/strided_legacy.pt", 1)]
    [InlineData("h5mdl/types_lz4.mdl", 1032)]
    public void A_damaged_file_of_an_older_container_never_crashes_hangs_or_swells(string golden, int expansion)
    {
        using var folder = new ScratchFolder();
        Run(folder, File.ReadAllBytes(GoldenData.Require(golden)), seed: 20250102, expansion);
    }

    static void Run(ScratchFolder folder, byte[] original, int seed, int expansion)
    {
        var random = new Random(seed);
        var path = folder["mutated"];
        // The first one pays for what is made once.
        File.WriteAllBytes(path, original);
        ReadEverything(path, -1, original.Length, expansion);
        for (var i = 0; i < Cases; i++)
        {
            var mutated = Mutate(original, random);
            File.WriteAllBytes(path, mutated);
            ReadEverything(path, i, mutated.Length, expansion);
        }
    }

    /// <param name="expansion">What a byte of the file can stand for under its compression.</param>
    static void ReadEverything(string path, int number, long length, int expansion)
    {
        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            ICheckpointReader? opened = null;
            try
            {
                opened = CheckpointFolder.Open(path);
            }
            finally
            {
                AssertAllocated(before, number, "opening", (expansion > 1 ? CompressedFixedBytes : FixedBytes) + (OpeningFactor * length));
            }
            using var reader = opened;
            foreach (var tensor in reader.Tensors)
                ReadOne(reader, tensor, number, length, expansion);
        }
        catch (DiagnosticException coded)
        {
            Assert.All(coded.Diagnostics, problem => Assert.StartsWith("LLAVA4", problem.Code.Id, StringComparison.Ordinal));
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"case {number}: {error}");
        }
    }

    static void ReadOne(ICheckpointReader reader, TensorInfo tensor, int number, long length, int expansion)
    {
        Assert.True(tensor.ByteLength <= expansion * length, $"case {number}: {tensor.Name} {tensor} of a file of {length} bytes");
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            reader.ReadBytes(tensor.Name);
        }
        finally
        {
            AssertAllocated(before, number, tensor.Name, FixedBytes + (ReadingFactor * length * expansion));
        }
    }

    static void AssertAllocated(long before, int number, string what, long most)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= most, $"case {number}: {what} allocated {allocated} bytes, more than {most}");
    }

    static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToArray();
        // Half of the cases aim at the first kilobyte, where the header or the pickle is.
        var end = random.Next(2) == 0 ? Math.Min(1024, bytes.Length) : bytes.Length;
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var at = random.Next(end);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.AsSpan(at, Math.Min(8, bytes.Length - at)).Fill((byte)(random.Next(2) * 255));
                    break;
                case 3:
                    var length = random.Next(1, Math.Min(40, bytes.Length - at + 1));
                    bytes.AsSpan(at, length).CopyTo(bytes.AsSpan(random.Next(bytes.Length - length)));
                    break;
                default:
                    if (random.Next(8) == 0)
                        return bytes[..random.Next(1, bytes.Length)];
                    bytes[at] = (byte)"0123456789}(.)qQRtu"[random.Next(19)];
                    break;
            }
        }
        return bytes;
    }
}
