using Llava.Data.Loading;

namespace Llava.Data.Tests.Loading;

public sealed class GroupedOrderTests
{
    const int BatchSize = 8;
    const int SampleCount = 203;

    // Every third sample is text only; lengths 10 to 109.
    static readonly SampleSize[] Sizes = [.. Enumerable.Range(0, SampleCount).Select(sample => new SampleSize(10 + sample * 37 % 100, sample % 3 == 0))];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_epoch_has_every_sample_once(bool crossesEpochs)
    {
        var order = Order(crossesEpochs);

        for (var epoch = 0; epoch < 9; epoch++)
            Assert.Equal(Enumerable.Range(0, SampleCount).Select(sample => (long)sample), Epoch(order, epoch).Order());
    }

    [Fact]
    public void Batches_are_of_one_kind_and_begin_with_the_longest_row()
    {
        var order = Order(crossesEpochs: true);
        var endless = Enumerable.Range(0, 9).SelectMany(epoch => Epoch(order, epoch)).ToList();
        var batches = endless.Chunk(BatchSize).Where(batch => batch.Length == BatchSize).ToList();
        var mixed = batches.Count(batch => batch.Select(sample => Sizes[sample].IsTextOnly).Distinct().Count() > 1);

        Assert.InRange(mixed, 0, 2 * 9); // at most two batches an epoch: where it ends, and where its kinds do
        foreach (var batch in batches.Where(batch => batch.All(sample => Sizes[sample].IsTextOnly)))
            Assert.Equal(batch.Select(sample => Sizes[sample].Length).OrderDescending(), batch.Select(sample => Sizes[sample].Length));
    }

    [Fact]
    public void The_order_is_a_function_of_seed_and_epoch()
    {
        Assert.Equal(Epoch(Order(true), 3), Epoch(Order(true), 3));
        Assert.NotEqual(Epoch(Order(true), 3), Epoch(Order(true), 4));
        Assert.NotEqual(Epoch(Order(true), 3), Epoch(Order(true, seed: 6), 3));
    }

    [Fact]
    public void Fewer_samples_than_a_batch_are_an_order_too()
    {
        var order = new GroupedOrder(5, BatchSize, crossesEpochs: true, seed: 1, new Lazy<IReadOnlyList<SampleSize>>(Sizes[..5]));

        for (var epoch = 0; epoch < 9; epoch++)
            Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(index => order[epoch, index]).Order());
    }

    static GroupedOrder Order(bool crossesEpochs, long seed = 5) => new(SampleCount, BatchSize, crossesEpochs, seed, new Lazy<IReadOnlyList<SampleSize>>(Sizes));

    static long[] Epoch(GroupedOrder order, long epoch) => [.. Enumerable.Range(0, SampleCount).Select(index => order[epoch, index])];
}
