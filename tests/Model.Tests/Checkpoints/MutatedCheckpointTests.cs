using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Tests;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>
/// Real files with bytes changed, cut, repeated or swapped: opening and reading them fails with a code or succeeds, and never allocates
/// much beyond the file's size. <c>LLAVA_FUZZ_CASES</c> sets the number of cases per container; 100 000 take about a minute.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed class MutatedCheckpointTests
{
    const int DefaultCases = 300;

    static readonly int Cases = int.Parse(Environment.GetEnvironmentVariable("LLAVA_FUZZ_CASES") ?? DefaultCases.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(CheckpointFormat.Safetensors)]
    [InlineData(CheckpointFormat.Bin)]
    [InlineData(CheckpointFormat.Mdl)]
    public void A_damaged_file_never_crashes_hangs_or_swells(CheckpointFormat format)
    {
        using var folder = new ScratchFolder();
        var written = new CheckpointWriter().Write(folder.Path, format, SampleTensors.All().Take(12))[0];
        var original = File.ReadAllBytes(folder[written]);
        var path = folder["mutated"];
        var random = new Random(20240917);
        for (var i = 0; i < Cases; i++)
        {
            var mutated = Mutate(original, random);
            File.WriteAllBytes(path, mutated);
            var before = GC.GetAllocatedBytesForCurrentThread();
            ReadEverything(path, i);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000 + 64L * mutated.Length);
        }
    }

    [Theory]
    [InlineData("torch/strided_legacy.pt")]
    [InlineData("h5mdl/types_lz4.mdl")]
    public void A_damaged_file_of_an_older_container_never_crashes_or_hangs(string golden)
    {
        using var folder = new ScratchFolder();
        var original = File.ReadAllBytes(GoldenData.Require(golden));
        var random = new Random(20250102);
        for (var i = 0; i < Cases; i++)
        {
            File.WriteAllBytes(folder["mutated"], Mutate(original, random));
            ReadEverything(folder["mutated"], i);
        }
    }

    static void ReadEverything(string path, int number)
    {
        try
        {
            using var reader = CheckpointFolder.Open(path);
            foreach (var tensor in reader.Tensors)
                reader.ReadBytes(tensor.Name);
        }
        catch (DiagnosticException coded)
        {
            Assert.All(coded.Diagnostics, problem => Assert.StartsWith("LLAVA4", problem.Code.Id, StringComparison.Ordinal));
        }
        catch (Exception error)
        {
            Assert.Fail($"case {number}: {error}");
        }
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
