using Llava.Hdf5.Shuffling;

namespace Llava.Hdf5.Tests.Shuffling;

public sealed class ShuffledOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(10_007)]
    public void Every_row_gets_a_place_of_its_own(int count)
    {
        var order = new ShuffledOrder(7, count);
        Assert.Equal(Enumerable.Range(0, count).Select(index => (long)index), Enumerable.Range(0, count).Select(index => order.PlaceOf(index)).Order());
    }

    [Fact]
    public void Rows_are_spread_evenly()
    {
        var order = new ShuffledOrder(1, 100_000);
        var firstTenth = Enumerable.Range(0, 10_000).GroupBy(index => order.PlaceOf(index) / 10_000).Select(group => group.Count());
        Assert.All(firstTenth, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Neighbours_do_not_stay_neighbours()
    {
        var order = new ShuffledOrder(1, 100_000);
        Assert.InRange(Enumerable.Range(0, 99_999).Count(index => Math.Abs(order.PlaceOf(index) - order.PlaceOf(index + 1)) == 1), 0, 12);
    }
}
