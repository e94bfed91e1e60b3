using Llava.Data.Json;

namespace Llava.Hdf5.Tests;

public sealed class SamplePipelineTests
{
    [Fact]
    public async Task A_writer_that_fails_stops_the_feeder_and_its_error_is_reported()
    {
        var fed = 0;
        var error = await Assert.ThrowsAsync<IOException>(() => Run(Endless(() => fed++), _ => throw new IOException("the disk is full"), CancellationToken.None));
        Assert.Equal("the disk is full", error.Message);
        Assert.InRange(fed, 1, 100);
    }

    [Fact]
    public async Task An_input_that_fails_ends_the_run_with_its_error()
    {
        static IEnumerable<RawJsonBatch> Broken()
        {
            yield return Batch();
            throw new IOException("the input is gone");
        }
        var error = await Assert.ThrowsAsync<IOException>(() => Run(Broken(), _ => { }, CancellationToken.None));
        Assert.Equal("the input is gone", error.Message);
    }

    [Fact]
    public async Task A_stopped_run_ends()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(Endless(() => { }), _ => stop.Cancel(), stop.Token));
    }

    static Task Run(IEnumerable<RawJsonBatch> input, Action<IReadOnlyList<SampleOutcome>> write, CancellationToken cancellation) =>
        SamplePipeline.RunAsync(input, _ => [], write, workers: 2, cancellation).WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);

    static IEnumerable<RawJsonBatch> Endless(Action fed)
    {
        while (true)
        {
            fed();
            yield return Batch();
        }
    }

    static RawJsonBatch Batch() => JsonLinesReader.ReadBatches(new MemoryStream("{}\n"u8.ToArray()), "a").Single();
}
