using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Data.Json;
using Llava.Hdf5.Configuration;
using Llava.Hdf5.Documents;

namespace Llava.Hdf5.Shards;

/// <summary>
/// A shard for every input file, one file after the other: the next is not begun before the last is on the disk, so that no more than
/// one is ever lost.
/// </summary>
sealed class ShardMaker(DocumentFiles documents, ShardStore store, ImageFiles images, Func<RawJsonBatch, IReadOnlyList<SampleOutcome>> transform, int workers, IStageLog log)
{
    long _samples;

    public int TakenOver { get; private set; }

    public int Made { get; private set; }

    /// <returns>The input files' names and their shards.</returns>
    public async Task<IReadOnlyList<(string File, string Shard)>> RunAsync(CancellationToken cancellation)
    {
        var shards = new List<(string, string)>();
        var hash = HashAsync(0, cancellation);
        for (var index = 0; index < documents.Files.Count; index++)
        {
            var path = store.PathFor(await hash);
            hash = HashAsync(index + 1, cancellation);
            if (ShardStore.Holds(path, images))
                TakenOver++;
            else
                await MakeAsync(documents.Files[index], path, cancellation);
            shards.Add((documents.Files[index].Name, path));
        }
        await hash;
        return shards;
    }

    // The next file's is taken while this one is worked on.
    Task<string> HashAsync(int index, CancellationToken cancellation) => index == documents.Files.Count ? Task.FromResult("") : Task.Run(() => FileHash.Sha256(documents.Files[index].Path, cancellation), cancellation);

    async Task MakeAsync((string Name, string Path) file, string path, CancellationToken cancellation)
    {
        log.Information($"tokenizing {file.Name}");
        using var shard = new ShardWriter(path);
        await SamplePipeline.RunAsync(DocumentFiles.ReadBatches(file.Path), transform, Write, workers, cancellation);
        shard.Commit();
        Made++;

        void Write(IReadOnlyList<SampleOutcome> outcomes)
        {
            foreach (var outcome in outcomes)
                shard.Append(outcome);
            log.Progress(new StageProgress("tokenizing", _samples += outcomes.Count, null, "samples"));
        }
    }
}
