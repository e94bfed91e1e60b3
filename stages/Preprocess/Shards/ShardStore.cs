using System.Text.Json;
using Llava.Contracts.Files;
using Llava.Data.Images;
using Llava.Preprocess.Conversion;

namespace Llava.Preprocess.Shards;

/// <summary>
/// The results of single shards, in <c>.shards/</c> of the output folder: each shard's lines until all are placed together, and a record
/// of what they were made from. A shard whose code, settings and input are the same and whose files are intact is not made again,
/// also after a run that was stopped. No file but those on record is ever removed.
/// </summary>
sealed class ShardStore(PreprocessOptions options)
{
    /// <summary>The build's <c>PreprocessDataset</c> knows this layout too: it keeps a file that has a record.</summary>
    public const string FolderName = ".shards";

    const string RecordSuffix = ".json";

    readonly string _folder = Path.Combine(options.Output, FolderName);
    readonly string _key = ShardKey.Of(options);
    readonly Dictionary<string, StoredFile> _supersededPictures = new(StringComparer.Ordinal);

    /// <summary>The unit's earlier result, where it still holds.</summary>
    public Shard? Find(ConversionUnit unit, ConversionRun run)
    {
        if (Read(unit.OutputName) is not { } record || record.Key != _key || !InputsAreUnchanged(record, unit, run) || !OutputsAreIntact(record))
            return null;
        foreach (var path in unit.InputPaths)
            run.FinishFile(path);
        return new Shard(unit.OutputName, record, IsNew: false);
    }

    public async Task<Shard> MakeAsync(ConversionUnit unit, ConversionRun run, CancellationToken cancellation)
    {
        var seen = unit.InputPaths.Select(path => new FileInfo(path)).ToArray();
        // The hash is taken beside the conversion: both read the same pages, and the disk is read once.
        using var stopHashing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var inputs = Task.Run(() => Describe(seen, run, stopHashing.Token), CancellationToken.None);
        using var writer = new ShardWriter(Path.Combine(_folder, unit.OutputName));
        try
        {
            await unit.ConvertAsync(run, writer, cancellation);
        }
        catch
        {
            await stopHashing.CancelAsync();
            await inputs.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
        var record = writer.Commit(_key, await inputs);
        Write(unit.OutputName, record);
        return new Shard(unit.OutputName, record, IsNew: true);
    }

    /// <summary>Puts every shard's lines in their place, and removes what shards left that are no more.</summary>
    /// <param name="lost">By output, the samples to leave out: then the whole of the lines is kept as well.</param>
    public void Place(IReadOnlyList<Shard> shards, IReadOnlyDictionary<string, IReadOnlyList<QuarantinedSample>> lost)
    {
        foreach (var (name, _, _) in shards)
            Place(name, lost.GetValueOrDefault(name));
        RemoveOthers(shards);
    }

    void Place(string name, IReadOnlyList<QuarantinedSample>? lost)
    {
        var isInPlace = !File.Exists(ConvertedPath(name));
        if (lost is not null)
        {
            if (isInPlace)
                File.Move(PlacePath(name), ConvertedPath(name));
            LineFilter.Copy(ConvertedPath(name), PlacePath(name), lost.Select(sample => sample.Line).ToHashSet());
        }
        else if (!isInPlace)
        {
            File.Move(ConvertedPath(name), PlacePath(name), overwrite: true);
        }
    }

    /// <summary>Where a shard's lines are: not placed yet, or in their place.</summary>
    public string PathOf(string outputName) => File.Exists(ConvertedPath(outputName)) ? ConvertedPath(outputName) : PlacePath(outputName);

    void RemoveOthers(IReadOnlyList<Shard> shards)
    {
        var names = shards.Select(shard => shard.OutputName).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in Directory.EnumerateFiles(_folder, "*" + RecordSuffix).Select(Path.GetFileNameWithoutExtension).Where(name => !names.Contains(name!)).ToArray())
        {
            Supersede(gone!);
            File.Delete(PlacePath(gone!));
            File.Delete(ConvertedPath(gone!));
            File.Delete(RecordPath(gone!));
        }
        RemovePictures(shards);
    }

    void RemovePictures(IReadOnlyList<Shard> shards)
    {
        if (_supersededPictures.Count == 0)
            return;
        foreach (var picture in shards.SelectMany(shard => shard.Record.Pictures))
            _supersededPictures.Remove(picture.Path);
        var gone = _supersededPictures.Values.Where(IsInPlace).Select(picture => PicturePath(picture.Path)).ToArray();
        foreach (var path in gone)
            File.Delete(path);
        foreach (var folder in gone.Select(path => Path.GetDirectoryName(path)!).Distinct().Where(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
            Directory.Delete(folder);
    }

    void Supersede(string outputName)
    {
        foreach (var picture in Read(outputName)?.Pictures ?? [])
            _supersededPictures[picture.Path] = picture;
    }

    bool InputsAreUnchanged(ShardRecord record, ConversionUnit unit, ConversionRun run) =>
        record.Inputs.Select(input => input.Name).SequenceEqual(unit.InputPaths.Select(run.NameOf))
        && record.Inputs.Zip(unit.InputPaths).All(pair => FileContent.IsUnchanged(pair.Second, pair.First.SizeBytes, pair.First.ModifiedTicks, pair.First.Sha256));

    bool OutputsAreIntact(ShardRecord record) =>
        FileContent.IsUnchanged(PathOf(record.Output.Path), record.Output.SizeBytes, record.Output.ModifiedTicks, record.Output.Sha256)
        && record.Pictures.AsParallel().All(IsInPlace);

    // In the folder of this run: that of an earlier one may have been another, where files of the same names are somebody else's.
    bool IsInPlace(StoredFile picture) => options.Images is not null && FileContent.IsUnchanged(PicturePath(picture.Path), picture.SizeBytes, picture.ModifiedTicks, picture.Sha256);

    static List<ShardInput> Describe(FileInfo[] files, ConversionRun run, CancellationToken cancellation)
    {
        var inputs = new List<ShardInput>();
        foreach (var file in files)
        {
            // Looked at before it is read: what changes while it is read will differ from this.
            var (size, ticks) = (file.Length, FileContent.TrustedTicks(file));
            inputs.Add(new ShardInput(run.NameOf(file.FullName), size, ticks, FileHash.Sha256(file.FullName, cancellation)));
        }
        return inputs;
    }

    ShardRecord? Read(string outputName)
    {
        try
        {
            var record = File.Exists(RecordPath(outputName)) ? JsonSerializer.Deserialize<ShardRecord>(File.ReadAllBytes(RecordPath(outputName))) : null;
            // Pictures on record are removed when their shard is: a record from elsewhere must not choose which files those are.
            return record?.Pictures.All(picture => ImagePath.StaysInside(picture.Path)) == true && record.Output.Path == outputName ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    void Write(string outputName, ShardRecord record)
    {
        Supersede(outputName);
        AtomicFile.WriteAllBytes(RecordPath(outputName), JsonSerializer.SerializeToUtf8Bytes(record));
    }

    string ConvertedPath(string outputName) => Path.Combine(_folder, outputName);

    string PlacePath(string outputName) => Path.Combine(options.Output, outputName);

    string RecordPath(string outputName) => ConvertedPath(outputName) + RecordSuffix;

    string PicturePath(string path) => Path.Combine(options.Images!, path);
}
