using Llava.Data.Hdf5;
using Llava.Tests;

namespace Llava.Data.Tests.Hdf5;

/// <summary>
/// Damaged sample files (<see cref="MutatedFiles"/>) of h5py and of our own are read or refused, and make no reader swell: it allocates at
/// most 32 MB and twice what the file can stand for.
/// </summary>
[Trait("Category", MutatedFiles.Category)]
public sealed class MutatedSampleFileTests : IDisposable
{
    const long FixedBytes = 32 << 20, LargestExpansion = 1032, ReadingFactor = 2;

    static readonly string[] OfPeer = ["earliest_65", "earliest_odd", "latest_1", "latest_2_raw", "latest_65_growraw", "latest_sf"];

    readonly string _folder = Directory.CreateTempSubdirectory("llava-h5-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_damaged_sample_file_never_crashes_hangs_or_swells() =>
        new MutatedFiles("LLAVA3", Read).Run(20261128, [.. OfPeer.Select(name => GoldenData.Require($"h5peer/{name}.h5")).Append(Written()).Select((path, number) => Mutated(path, number))]);

    MutatedFile Mutated(string path, int number)
    {
        var bytes = File.ReadAllBytes(path);
        return new MutatedFile(Path.Combine(_folder, $"mutated{number}.h5"), bytes, (0, bytes.Length), (0, Math.Min(2048, bytes.Length)));
    }

    string Written()
    {
        var path = Path.Combine(_folder, "own.h5");
        using var writer = new Hdf5SampleWriter(path, 20);
        for (var row = 0; row < 30; row++)
            writer.Append([.. Enumerable.Range(row, 80)], row % 2 == 0 ? null : $"picture{row}.png");
        writer.Commit();
        return path;
    }

    static void Read(MutatedFile file, string what) => MutatedFiles.AssertAllocates(FixedBytes + (ReadingFactor * LargestExpansion * file.Length), what, () =>
    {
        using var reader = Hdf5SampleReader.Open(file.Path);
        var row = new int[4 * reader.MaxSequenceLength];
        for (var index = 0L; index < Math.Min(reader.Count, 100); index++)
        {
            reader.Read(index, row);
            reader.ReadCompressed(index);
        }
    });
}
