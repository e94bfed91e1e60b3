using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Hdf5;
using Llava.Hdf5.Configuration;
using Llava.Hdf5.Shuffling;

namespace Llava.Hdf5.Tests.Shuffling;

public sealed class RowShuffleTests : IDisposable
{
    readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_bucket_that_cannot_be_made_leaves_none_of_the_others()
    {
        _run.WriteSamples("a.jsonl", 0, 10);
        await _run.RunAsync();
        var scratch = Directory.CreateDirectory(Path.Combine(_run.Folder, "buckets")).FullName;
        Directory.CreateDirectory(Path.Combine(scratch, "3.rows"));

        Assert.ThrowsAny<SystemException>(() => RowShuffle.Run(Hdf5SampleSet.FilesOf(_run.Output), _run.Folder, scratch, 5, 0, SilentStageLog.Instance, CancellationToken.None));

        Assert.Empty(Directory.GetFiles(scratch));
    }

    [Fact]
    public void More_files_than_can_be_open_are_refused()
    {
        Assert.Equal(100_000, new ShuffleSection().ChunksFor(200_000, 2, "a.yaml"));
        var error = Assert.Throws<DiagnosticException>(() => new ShuffleSection().ChunksFor(100_001, 1, "a.yaml"));
        Assert.Equal("a.yaml: error LLAVA1006: 100001 rows are 100001 shuffled files with processing.files_per_record 1, more than 100000: raise it, or set shuffle.chunks", error.Message);
    }

    [Fact]
    public async Task The_shuffle_verb_refuses_them_too()
    {
        var options = new ShuffleOptions(_run.Folder, Path.Combine(_run.Folder, "..", "shuffled"), 100_001, 0);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ShuffleStage.RunAsync(options, SilentStageLog.Instance, CancellationToken.None));
        Assert.Equal("--chunks: error LLAVA1006: must be from 1 to 100000", error.Message);
    }
}
