using Llava.Contracts.Progress;
using Llava.Data.Hdf5;
using Llava.Hdf5;

namespace Llava.Golden.Tests.Shuffling;

/// <summary>Our order differs from the reference's by design; the pairs of row and image path are the same.</summary>
public sealed class ShuffleTests
{
    const string Part = "shuffle";

    [Fact]
    public async Task Shuffling_gives_the_rows_of_the_reference_in_another_order()
    {
        var input = GoldenSet.Require($"{Part}/input");
        var runs = GoldenSet.Folders(Part).Where(name => name != "input" && GoldenSet.Files($"{Part}/{name}", "data-*.h5").Count > 0);
        await Comparison.EachAsync(Part, "rows", runs, async name =>
        {
            var reference = GoldenSet.Require($"{Part}/{name}");
            using var scratch = new ScratchFolder();
            var chunks = GoldenSet.Files($"{Part}/{name}", "data-*.h5").Count;
            await ShuffleStage.RunAsync(new ShuffleOptions(input, scratch["out"], chunks, Seed: 1), SilentStageLog.Instance, TestContext.Current.CancellationToken);
            Assert.Equal(chunks, Hdf5SampleSet.FilesOf(scratch["out"]).Count);
            string[] expected = [.. Rows(reference)], actual = [.. Rows(scratch["out"])];
            Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
            Assert.NotEqual(expected, actual);
            return actual.Length;
        });
    }

    static IEnumerable<string> Rows(string folder)
    {
        using var samples = Hdf5SampleSet.Open(folder);
        var row = new int[4 * samples.MaxSequenceLength];
        for (var index = 0L; index < samples.Count; index++)
            yield return $"{samples.Read(index, row)} {string.Join(' ', row)}";
    }
}
