using Llava.Data.Loading;

namespace Llava.Data.Tests.Loading;

public class PermutationTests
{
    [Fact]
    public void Every_index_occurs_once()
    {
        for (var count = 1; count < 300; count++)
        {
            var permutation = new Permutation(count, seed: 1, epoch: count);
            var seen = new bool[count];
            for (var i = 0; i < count; i++)
                seen[permutation[i]] = true;
            Assert.DoesNotContain(false, seen);
        }
    }

    [Fact]
    public void Places_are_spread_evenly()
    {
        // 1 000 permutations of 10: each value stands in each place about 100 times; 5 deviations of the binomial are 47.
        var counts = new int[10, 10];
        for (var epoch = 0; epoch < 1000; epoch++)
        {
            for (var i = 0; i < 10; i++)
                counts[i, new Permutation(10, seed: 3, epoch)[i]]++;
        }
        foreach (var count in counts)
            Assert.InRange(count, 53, 147);
    }

    [Fact]
    public void A_permutation_never_changes_from_release_to_release() =>
        Assert.Equal(PinnedOrder, Enumerable.Range(0, 5).Select(i => new Permutation(1_000_000_007, 274508134, 2)[i]));

    static readonly long[] PinnedOrder = [431091632, 426136600, 738110050, 275896014, 594934911];
}
