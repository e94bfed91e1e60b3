using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Certificates;
using Llava.Conversion.Formats;
using Llava.Conversion.Tokenizers;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>The model that is converted, of any format, seen under ModelZoo's names.</summary>
sealed class ConversionSource(ConvertOptions options) : IDisposable
{
    public LlavaCheckpoint Model { get; } = SourceModel.Open(options);

    MappedCheckpoint? Mapped => Model.Tensors as MappedCheckpoint;

    public bool LacksProjector => Mapped?.LacksProjector == true;

    /// <summary>What of its own tensors is not even seen under ModelZoo's names.</summary>
    public IReadOnlyList<DroppedTensor> Dropped => Mapped?.Dropped ?? [];

    /// <summary>The files that hold its tensors, in ordinal order.</summary>
    public IReadOnlyList<string> WeightFiles =>
    [
        .. Model.Tensors.Tensors.SelectMany(tensor => Model.AdapterOf(tensor).Prepend(Model.Tensors.StoredAs(tensor)))
            .Concat(Dropped.Select(drop => drop.Source))
            .Select(tensor => tensor.File)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What else is read: configuration, index, preparation of pictures, tokenizer.</summary>
    public IReadOnlyList<string> Companions =>
    [
        .. ConfigPaths.Concat(WeightFolders.Select(CheckpointFolder.FileOf))
            .Append(Model.PreprocessorPath)
            .Concat(TokenizerFiles.In(TokenizerFolder))
            .OfType<string>()
            .Except(WeightFiles)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The tokenizer that goes with the result; null where there is none.</summary>
    public string? TokenizerFolder => options.TargetFormat == ModelFormat.ModelZoo ? Model.TokenizerFolder : options.TokenizerFolder ?? Model.TokenizerFolder;

    /// <summary>Text beside the tensors that the target's container has no place for.</summary>
    public IEnumerable<ConfigDifference> MetadataNotCarried =>
        from entry in Model.Tensors.Metadata
        where options.Container != CheckpointFormat.Safetensors && entry.Key != "format"
        orderby entry.Key
        select new ConfigDifference("__metadata__", entry.Key, entry.Value, null);

    string[] WeightFolders => Model.PairFolders is { } folders ? [folders.Image, folders.Text] : [options.Source];

    string[] ConfigPaths => Model.PairFolders is { } folders ? [.. new[] { folders.Image, folders.Text }.Select(folder => Path.Combine(folder, HuggingFaceConfigFile.FileName))] : [Model.ConfigPath];

    /// <summary>What of a target's own tensors is left out besides; a mapped source's are its copies under ModelZoo's two names.</summary>
    public IReadOnlyList<DroppedTensor> DroppedWith(params ReadOnlySpan<MappedCheckpoint> parts)
    {
        var dropped = new List<DroppedTensor>(Dropped);
        foreach (var part in parts)
            dropped.AddRange(Mapped is null ? part.Dropped : []);
        return dropped;
    }

    /// <summary>From the stored tensor to the target's: a pair's rows that are put in ModelZoo's order and back are copied.</summary>
    public string RuleOf(MappedTensor target) => Mapped is null ? target.Rule.Rows.Name : RowOrder.Unchanged.Name;

    /// <summary>
    /// Completes what is certified of a tensor that was seen under one of ModelZoo's names: the key that it comes from, and what was
    /// merged or left out on the way.
    /// </summary>
    public CertifiedTensor Trace(CertifiedTensor written, TensorInfo seen)
    {
        var (stored, adapter) = (Model.Tensors.StoredAs(seen), Model.AdapterOf(seen));
        var rule = adapter.Count == 0 ? written.Rule : $"merged with lora A, B, scaling; {written.Rule}";
        return written with
        {
            Source = stored.Name,
            Adapter = [.. adapter.Select(tensor => tensor.Name)],
            Rule = stored.Rows == seen.Rows ? rule : FormattableString.Invariant($"{rule}; rows from {seen.Rows} on, of added tokens, left out"),
        };
    }

    public Task<IReadOnlyList<SourceHash>> StartHashing(ConversionPace pace, CancellationToken cancellation) =>
        SourceHashes.StartAsync(options.Source, WeightFiles, Companions, pace, cancellation);

    public void WarnOfLeftOutTower(IStageLog log)
    {
        if (Model.PairFolders is not { } folders || Dropped.FirstOrDefault(drop => drop.Source.Name.Contains("vision_tower.", StringComparison.Ordinal)) is not { } tower)
            return;
        var config = Path.Combine(folders.Text, HuggingFaceConfigFile.FileName);
        if (HuggingFaceConfigFile.ReadText(config).UnfreezeMmVisionTower)
            log.Warning(ErrorCatalog.VisionTowerLeftOut.Warns(
                config,
                $"unfreeze_mm_vision_tower is true and {Path.GetFileName(tower.Source.File)} holds a vision tower ({tower.Source.Name}, …), but the tower is taken from {folders.Image}"));
    }

    /// <param name="projector">Stands in where the source has none.</param>
    public LogitProbe Probe(ICheckpointReader? projector) => options.SourceFormat switch
    {
        ModelFormat.ModelZoo => LogitProbe.ModelZoo(options.Source, Model.ConfigPath),
        ModelFormat.HuggingFace when Model.PairFolders is { } folders => LogitProbe.HuggingFace(folders.Image, folders.Text, Model.Config, projector),
        _ => LogitProbe.LlavaHf(options.Source, Model.Config),
    };

    public void Dispose() => Model.Dispose();
}
