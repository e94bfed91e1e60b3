using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Hdf5;
using Llava.Hdf5.Configuration;
using Llava.Hdf5.Output;
using Llava.Hdf5.Shuffling;

namespace Llava.Hdf5;

/// <param name="Input">A folder with sample files in it or below it.</param>
/// <param name="Output">Receives <c>data-00000.h5</c> and on; files of an earlier run there are replaced.</param>
public sealed record ShuffleOptions(string Input, string Output, int Chunks, long Seed);

/// <summary>The verb <c>shuffle</c>: the rows of a folder in one random order.</summary>
public static class ShuffleStage
{
    /// <exception cref="DiagnosticException">The input has no sample files, or the folders are the same.</exception>
    public static Task RunAsync(ShuffleOptions options, IStageLog log, CancellationToken cancellation) => Task.Run(() =>
    {
        if (options.Chunks is < 1 or > ShuffleSection.MostChunks)
            throw ErrorCatalog.BadValue.Fails("--chunks", $"must be from 1 to {ShuffleSection.MostChunks}");
        if (IsInside(options.Output, options.Input))
            throw ErrorCatalog.BadValue.Fails("--output", "must not be --input or lie inside of it: a second run would read what the first wrote");
        var files = Hdf5SampleSet.FilesOf(options.Input, below: true);
        if (files.Count == 0)
            throw ErrorCatalog.NoSampleFiles.Fails(options.Input, "there are no *.h5 files in this folder");
        using var output = new OutputFolder(options.Output);
        RowShuffle.Run(files, output.Unfinished, output.Temporary("buckets"), options.Chunks, options.Seed, log, cancellation);
        output.Publish(output.Unfinished);
        log.Count("files_written", options.Chunks);
        log.Information($"shuffled into {options.Chunks} files in {options.Output}");
    }, cancellation);

    static bool IsInside(string folder, string parent) =>
        Path.GetRelativePath(Path.GetFullPath(parent), Path.GetFullPath(folder)) is var relative && relative != ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
}
