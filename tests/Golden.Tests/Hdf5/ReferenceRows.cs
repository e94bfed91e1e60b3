using System.Text.Json;
using Llava.Data.Hdf5;

namespace Llava.Golden.Tests.Hdf5;

/// <summary>The rows of a file of the reference: its copy as a numpy array where there is one, else the H5 file itself.</summary>
static class ReferenceRows
{
    const string Array = ".data.npy";

    /// <summary>Paths without an extension, in the order in which the reference wrote them.</summary>
    public static IReadOnlyList<string> FilesOf(string folder) =>
    [
        .. Directory.GetFiles(folder).Where(path => path.EndsWith(Array, StringComparison.Ordinal)).Select(path => path[..^Array.Length])
            .Union(Directory.GetFiles(folder, "*.h5").Select(path => path[..^".h5".Length]))
            .Order(StringComparer.Ordinal),
    ];

    /// <returns>How many rows were equal.</returns>
    public static long Compare(string expectedStem, string actualPath)
    {
        using var actual = Hdf5SampleReader.Open(actualPath);
        return File.Exists(expectedStem + Array) ? CompareArray(expectedStem, actual) : CompareFile(expectedStem + ".h5", actual);
    }

    static long CompareArray(string stem, Hdf5SampleReader actual)
    {
        var expected = Llava.Tests.NumpyArchive.ReadArray(stem + Array);
        Assert.Equal<long[]>(expected.Shape, [actual.Count, 4, actual.MaxSequenceLength]);
        int[] values = [.. expected.Integers().Select(value => (int)value)];
        var paths = JsonSerializer.Deserialize<string?[]>(File.ReadAllText(stem + ".img_path.json"))!;
        var row = new int[4 * actual.MaxSequenceLength];
        for (var index = 0; index < actual.Count; index++)
        {
            Assert.Equal(paths[index] is "None" ? null : paths[index], actual.Read(index, row));
            AssertSame(values.AsSpan(index * row.Length, row.Length), row, index);
        }
        return actual.Count;
    }

    static long CompareFile(string path, Hdf5SampleReader actual)
    {
        using var expected = Hdf5SampleReader.Open(path);
        Assert.Equal((expected.Count, expected.MaxSequenceLength), (actual.Count, actual.MaxSequenceLength));
        var (theirs, ours) = (new int[4 * actual.MaxSequenceLength], new int[4 * actual.MaxSequenceLength]);
        for (var index = 0; index < actual.Count; index++)
        {
            Assert.Equal(expected.Read(index, theirs), actual.Read(index, ours));
            AssertSame(theirs, ours, index);
        }
        return actual.Count;
    }

    static void AssertSame(ReadOnlySpan<int> expected, ReadOnlySpan<int> actual, long index)
    {
        var common = expected.CommonPrefixLength(actual);
        Assert.True(common == expected.Length, $"row {index}, value {common} is {(common < actual.Length ? actual[common] : 0)}, not {(common < expected.Length ? expected[common] : 0)}");
    }
}
