using Llava.Contracts.Diagnostics;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>The model that is converted, of any format, seen under ModelZoo's names.</summary>
sealed class ConversionSource(ConvertOptions options) : IDisposable
{
    public LlavaCheckpoint Model { get; } = options.SourceFormat switch
    {
        ModelFormat.ModelZoo => LlavaCheckpoint.OpenModelZoo(options.Source, options.ConfigPath),
        ModelFormat.LlavaHf when LlavaHfConfig.IsIn(options.Source) => LlavaCheckpoint.OpenLlavaHf(options.Source),
        ModelFormat.LlavaHf => throw ErrorCatalog.BadModelConfig.Fails(Path.Combine(options.Source, HuggingFaceConfigFile.FileName), "this is no folder of LlavaForConditionalGeneration: model_type llava with a text_config and a vision_config"),
        _ => LlavaCheckpoint.Open(options.Source),
    };

    MappedCheckpoint? Mapped => Model.Tensors as MappedCheckpoint;

    public bool LacksProjector => Mapped?.LacksProjector == true;

    /// <summary>What of its own tensors is not even seen under ModelZoo's names.</summary>
    public IReadOnlyList<DroppedTensor> Dropped => Mapped?.Dropped ?? [];

    /// <summary>The stored tensor behind one of ModelZoo's names.</summary>
    public TensorInfo Stored(TensorInfo tensor) => Mapped?.OriginOf(tensor).Source ?? tensor;

    /// <summary>From the stored tensor to the target's: a pair's rows that are put in ModelZoo's order and back are copied.</summary>
    public string RuleOf(MappedTensor target) => Mapped is null ? target.Rule.Rows.Name : RowOrder.Unchanged.Name;

    public Task<IReadOnlyList<SourceHash>> StartHashing(ConversionPace pace, CancellationToken cancellation) =>
        SourceHashes.StartAsync(options.Source, Model.Tensors.Tensors.Select(Stored), Dropped, pace, cancellation);

    /// <param name="projector">Stands in where the source has none.</param>
    public LogitProbe Probe(ICheckpointReader? projector) => options.SourceFormat switch
    {
        ModelFormat.ModelZoo => LogitProbe.ModelZoo(options.Source, Model.ConfigPath),
        ModelFormat.HuggingFace when Model.PairFolders is { } folders => LogitProbe.HuggingFace(folders.Image, folders.Text, Model.Config, projector),
        _ => LogitProbe.LlavaHf(options.Source, Model.Config),
    };

    public void Dispose() => Model.Dispose();
}
