using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Data.Loading;

namespace Llava.Data.Tests.Loading;

public class LlavaDataLoaderTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Features_are_the_rows_of_the_files_and_the_pictures()
    {
        using var samples = new MadeSamples(3, 5);
        using var loader = LlavaDataLoader.Open(samples.Config("batch_size: 8"));
        using var batch = loader.Read(loader.Start, LoaderPass.OneEpoch, cancellationToken: Cancellation).First();
        Assert.Equal([0, 1, 2, 3], batch.TextInputIds[..4]);
        Assert.Equal([54, 55, 56, 57], batch.LossMask[20..24]);
        Assert.Equal([58, 59, 60, 61], batch.Labels[20..24]);
        Assert.Equal([62, 63, 64, 65], batch.KeyPaddingMask[20..24]);
        Assert.Equal(["0.png", "1.png", "2.png", "3.png", "4.png", "0.png", null, "2.png"], batch.ImagePaths);
        Assert.Equal((Half)(-1), batch.ImageDataHalf[6 * 48]);
        Assert.Equal((Half)(-1), batch.ImageDataHalf[7 * 48 - 1]);
        Assert.Equal((Half)((40 / 255f - 0.5f) / 0.5f), batch.ImageDataHalf[48 + 1]);
        Assert.Empty(batch.ImageDataSingle);
    }

    [Fact]
    public void The_order_is_the_same_for_any_workers_prefetching_batch_size_and_cache()
    {
        using var samples = new MadeSamples(20, 17);
        var expected = Order(samples.Config("shuffle: true\nshuffle_seed: 5\nbatch_size: 1"), 100);
        Assert.Equal(expected, Order(samples.Config("shuffle: true\nshuffle_seed: 5\nbatch_size: 7\nnum_workers: 8\nprefetch_factor: 1"), 100));
        Assert.Equal(expected, Order(samples.Config("shuffle: true\nshuffle_seed: 5\nbatch_size: 25\nnum_workers: 2"), 100, cacheBytes: 0));
    }

    [Fact]
    public void Every_epoch_has_every_sample_once_in_an_order_of_its_own()
    {
        using var samples = new MadeSamples(37);
        var order = Order(samples.Config("shuffle: true\nshuffle_seed: 5\nbatch_size: 5"), 74);
        Assert.Equal(Enumerable.Range(0, 37).Select(i => (long)i), order[..37].Order());
        Assert.Equal(Enumerable.Range(0, 37).Select(i => (long)i), order[37..].Order());
        Assert.NotEqual(order[..37], order[37..]);
        Assert.NotEqual(order, Order(samples.Config("shuffle: true\nshuffle_seed: 6\nbatch_size: 5"), 74));
    }

    [Fact]
    public void With_drop_last_what_is_left_of_an_epoch_begins_the_next()
    {
        using var samples = new MadeSamples(5);
        using var loader = LlavaDataLoader.Open(samples.Config("batch_size: 3"));
        Assert.Equal([[0, 1, 2], [3, 4, 0], [1, 2, 3]], Batches(loader, loader.Start, LoaderPass.Endless).Take(3));
    }

    [Fact]
    public void Without_drop_last_an_epoch_ends_with_a_short_batch()
    {
        using var samples = new MadeSamples(5);
        using var loader = LlavaDataLoader.Open(samples.Config("batch_size: 3\ndrop_last: false"));
        Assert.Equal([[0, 1, 2], [3, 4], [0, 1, 2]], Batches(loader, loader.Start, LoaderPass.Endless).Take(3));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public void An_evaluation_reads_every_sample_once(string dropLast)
    {
        using var samples = new MadeSamples(5);
        using var loader = LlavaDataLoader.Open(samples.Config($"batch_size: 3\ndrop_last: {dropLast}"));
        Assert.Equal([[0, 1, 2], [3, 4]], Batches(loader, loader.Start, LoaderPass.OneEpoch));
    }

    [Fact]
    public void A_saved_position_goes_on_with_the_next_sample_whatever_the_batch_size()
    {
        using var samples = new MadeSamples(11);
        var config = samples.Config("shuffle: true\nbatch_size: 4\nnum_workers: 2");
        var expected = Order(config, 44);
        using var loader = LlavaDataLoader.Open(config);
        var saved = "";
        foreach (var batch in loader.Read(loader.Start, LoaderPass.Endless, cancellationToken: Cancellation).Take(5))
        {
            using (batch)
                saved = JsonSerializer.Serialize(batch.Next);
        }
        Assert.Equal("""{"Epoch":1,"NextIndex":9,"SamplesPerEpoch":11,"ShuffleSeed":0}""", saved);
        using var other = LlavaDataLoader.Open(config);
        var rest = other.Read(JsonSerializer.Deserialize<LoaderPosition>(saved)!, LoaderPass.Endless, batchSize: 3, Cancellation).Take(8);
        Assert.Equal(expected[20..], rest.SelectMany(batch => Taken(batch)));
    }

    [Fact]
    public void A_position_of_other_data_is_refused()
    {
        using var samples = new MadeSamples(11);
        using var loader = LlavaDataLoader.Open(samples.Config("batch_size: 4"));
        var error = Assert.Throws<DiagnosticException>(() => loader.Read(new LoaderPosition(0, 3, 12, 7), LoaderPass.Endless));
        Assert.Equal(
            $"{samples.Images}: error LLAVA3201: the position was saved with 12 samples an epoch, shuffle seed 7, but here are 11 samples an epoch, unshuffled",
            Assert.Single(error.Diagnostics).ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_missing_picture_fails_where_its_batch_is_taken(int workers)
    {
        using var samples = new MadeSamples(20);
        File.Delete(Path.Combine(samples.Images, "3.png"));
        File.Delete(Path.Combine(samples.Images, "4.png"));
        using var loader = LlavaDataLoader.Open(samples.Config($"batch_size: 2\nnum_workers: {workers}"));
        var taken = new List<long>();
        var error = Assert.Throws<DiagnosticException>(() =>
        {
            foreach (var batch in loader.Read(loader.Start, LoaderPass.Endless, cancellationToken: Cancellation))
                taken.AddRange(Taken(batch));
        });
        Assert.Equal([0, 1], taken);
        Assert.Equal($"{Path.Combine(samples.Images, "3.png")}: error LLAVA3301: there is no such image", Assert.Single(error.Diagnostics).ToString());
    }

    [Fact]
    public void Leaving_early_stops_everything()
    {
        using var samples = new MadeSamples(20);
        using var loader = LlavaDataLoader.Open(samples.Config("batch_size: 2\nnum_workers: 2"));
        for (var pass = 0; pass < 20; pass++)
        {
            foreach (var batch in loader.Read(loader.Start, LoaderPass.Endless, cancellationToken: Cancellation).Take(pass))
                batch.Dispose();
        }
        Assert.Equal([0, 1], Taken(loader.Read(loader.Start, LoaderPass.Endless, cancellationToken: Cancellation).First()));
    }

    [Fact]
    public void What_reading_takes_is_known_beforehand()
    {
        using var samples = new MadeSamples(1);
        var config = samples.Config("batch_size: 2\nprefetch_factor: 3");
        const int Picture = 3 * 4 * 4;
        const long Batch = 2 * ((2 * Picture) + (4 * sizeof(int) * MadeSamples.MaxSequenceLength));

        Assert.Equal(5 * Batch, LlavaDataLoader.HostBytes(config, MadeSamples.MaxSequenceLength, sampleCount: null));
        Assert.Equal((5 * Batch) + (7 * Picture), LlavaDataLoader.HostBytes(config, MadeSamples.MaxSequenceLength, sampleCount: 7));
        Assert.Equal(5 * Batch, LlavaDataLoader.HostBytes(config, MadeSamples.MaxSequenceLength, sampleCount: 1 + (LlavaDataLoader.DefaultCacheBytes / Picture)));
    }

    [Fact]
    public void Cancelling_ends_the_wait()
    {
        using var samples = new MadeSamples(20);
        using var cancellation = new CancellationTokenSource();
        using var loader = LlavaDataLoader.Open(samples.Config("batch_size: 2"));
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var batch in loader.Read(loader.Start, LoaderPass.Endless, cancellationToken: cancellation.Token))
            {
                batch.Dispose();
                cancellation.Cancel();
            }
        });
    }

    [Fact]
    public void A_mixture_keeps_the_proportion_of_its_weights()
    {
        using var samples = new MadeSamples(30);
        samples.Write("other", 100, 10);
        // "data" needs 40 samples to be seen whole, a quarter of which "other" gives.
        var config = samples.Read($"mixture: [{{data_dir: {samples.FolderOf("data")}, weight: 3}}, {{data_dir: {samples.FolderOf("other")}, weight: 1}}]\nbatch_size: 40");
        using var loader = LlavaDataLoader.Open(config);
        using var batch = loader.Read(loader.Start, LoaderPass.OneEpoch, cancellationToken: Cancellation).Single();
        var ids = Enumerable.Range(0, 40).Select(slot => batch.TextInputIds[slot * 4] / 10).ToArray();
        Assert.Equal(Enumerable.Range(0, 30), ids.Where(id => id < 100));
        Assert.Equal(Enumerable.Range(100, 10), ids.Where(id => id >= 100));
        Assert.NotEqual(ids.Order(), ids);
    }

    [Fact]
    public void A_subset_leaves_the_rest_alone()
    {
        using var samples = new MadeSamples(4, 6);
        using var loader = LlavaDataLoader.Open(samples.Config("batch_size: 10\ndata_subset: 0.0-0.25,0.5-0.7"));
        using var batch = loader.Read(loader.Start, LoaderPass.OneEpoch, cancellationToken: Cancellation).Single();
        Assert.Equal([0, 10, 50, 60], Enumerable.Range(0, 4).Select(slot => batch.TextInputIds[slot * 4]));
    }

    [Fact]
    public void More_samples_an_epoch_than_there_are_repeat_within_it()
    {
        using var samples = new MadeSamples(3);
        var order = Order(samples.Config("batch_size: 7\nshuffle: true\nnum_samples: 7"), 7);
        Assert.Equal([0, 0, 0, 1, 1, 2, 2], order.Order());
    }

    [Fact]
    public void Full_precision_gives_32_bit_pictures()
    {
        using var samples = new MadeSamples(3);
        using var loader = LlavaDataLoader.Open(samples.Config("batch_size: 3") with { MixedPrecision = false });
        using var batch = loader.Read(loader.Start, LoaderPass.OneEpoch, cancellationToken: Cancellation).Single();
        Assert.Empty(batch.ImageDataHalf);
        Assert.Equal((40 / 255f - 0.5f) / 0.5f, batch.ImageDataSingle[48 + 1]);
    }

    [Fact]
    public void An_empty_subset_is_an_error()
    {
        using var samples = new MadeSamples(3);
        var error = Assert.Throws<DiagnosticException>(() => LlavaDataLoader.Open(samples.Config("batch_size: 3\ndata_subset: 0.1-0.2")));
        Assert.Equal($"{samples.FolderOf("data")}: error LLAVA3202: there are no samples here", Assert.Single(error.Diagnostics).ToString());
    }

    static List<long> Order(LlavaDataConfig config, int count, long cacheBytes = LlavaDataLoader.DefaultCacheBytes)
    {
        using var loader = LlavaDataLoader.Open(config, cacheBytes);
        return [.. loader.Read(loader.Start, LoaderPass.Endless, cancellationToken: Cancellation).SelectMany(Taken).Take(count)];
    }

    static IEnumerable<long[]> Batches(LlavaDataLoader loader, LoaderPosition from, LoaderPass pass) =>
        loader.Read(from, pass, cancellationToken: Cancellation).Select(Taken);

    // Checks each row on the way: the right slot has the right ids and picture.
    static long[] Taken(LlavaBatch batch)
    {
        using (batch)
        {
            for (var slot = 0; slot < batch.BatchSize; slot++)
            {
                Assert.Equal(10 * batch.SampleIndexes[slot], batch.TextInputIds[slot * 4]);
                var expected = batch.SampleIndexes[slot] % 7 == 6 ? 0 : batch.SampleIndexes[slot] % 5 * 40;
                Assert.Equal((Half)((expected / 255f - 0.5f) / 0.5f), batch.ImageDataHalf[slot * 48 + 1]);
            }
            return [.. batch.SampleIndexes];
        }
    }
}
