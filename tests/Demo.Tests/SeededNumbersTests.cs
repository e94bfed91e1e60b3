namespace Llava.Demo.Tests;

public sealed class SeededNumbersTests
{
    /// <summary>Computed by another implementation: the demo's pictures and weights must not change with the runtime.</summary>
    [Fact]
    public void A_seed_gives_the_same_numbers_everywhere()
    {
        var numbers = new SeededNumbers(0, "x");
        Assert.Equal([-1.062913801669758, -0.406069308200257, -0.3872870372997874], Enumerable.Range(0, 3).Select(_ => numbers.Normal()));
        Assert.Equal([1, 2, 2, 1, 2, 4, 1, 3], Enumerable.Range(0, 8).Select(_ => numbers.Below(6)));
    }

    [Fact]
    public void Normal_numbers_have_the_mean_and_the_spread_of_a_normal_distribution()
    {
        var numbers = new SeededNumbers(1, "spread");
        var drawn = Enumerable.Range(0, 50_000).Select(_ => numbers.Normal()).ToArray();
        Assert.InRange(drawn.Average(), -0.02, 0.02);
        Assert.InRange(drawn.Average(number => number * number), 0.97, 1.03);
    }
}
