using System.Security.Cryptography;
using Llava.Contracts.Files;
using Llava.Preprocess.Conversion;

namespace Llava.Preprocess.Shards;

/// <summary>One output while it is being made. Used by the writing end of the pipeline only.</summary>
sealed class ShardWriter(string path) : IDisposable
{
    readonly AtomicFile _file = new(path);
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly List<ShardQuarantine> _quarantined = [];
    readonly List<StoredFile> _pictures = [];
    long _written;

    public void Write(ConvertedBatch batch)
    {
        _file.Stream.Write(batch.Lines.Span);
        _hash.AppendData(batch.Lines.Span);
        _written += batch.Written;
        _quarantined.AddRange(batch.Quarantined.Select(sample => new ShardQuarantine(sample.File, sample.Line, sample.Id, sample.Code.Id, sample.Reason)));
        _pictures.AddRange(batch.Pictures);
    }

    /// <summary>The output stands under its name from here on.</summary>
    public ShardRecord Commit(string key, IReadOnlyList<ShardInput> inputs)
    {
        _file.Commit();
        var file = new FileInfo(_file.Path);
        var output = new StoredFile(file.Name, file.Length, file.LastWriteTimeUtc.Ticks, Convert.ToHexStringLower(_hash.GetHashAndReset()));
        return new ShardRecord(key, inputs, output, _written, _quarantined, _pictures);
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }
}
