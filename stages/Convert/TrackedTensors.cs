using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>Tensors on their way to the disk: hashed, looked through for NaN, and counted as they go by.</summary>
sealed class TrackedTensors
{
    readonly Dictionary<string, string> _hashes = [];
    readonly string _activity;
    readonly IStageLog _log;
    readonly ConversionPace _pace;
    readonly long _totalBytes;
    long _bytes;

    public TrackedTensors(string activity, IReadOnlyList<TensorSource> sources, ConversionPace pace, IStageLog log)
    {
        _activity = activity;
        _log = log;
        _pace = pace;
        _totalBytes = sources.Sum(source => source.Info.ByteLength);
        Sources = [.. sources.Select(source => new TensorSource(source.Info, destination => Copy(source, destination)))];
    }

    public IReadOnlyList<TensorSource> Sources { get; }

    public CertifiedTensor Certify(MappedTensor tensor) =>
        new(tensor.Target.Name, tensor.Target.ElementType.SafetensorsName(), tensor.Target.Shape, _hashes[tensor.Target.Name], tensor.Source.Name, tensor.Rule.Rows.Name);

    /// <summary>For a target whose tensors are mapped from ModelZoo's names, which may themselves stand for another format's.</summary>
    public CertifiedTensor Certify(MappedTensor tensor, ConversionSource source) => Certify(tensor) with { Source = source.Stored(tensor.Source).Name, Rule = source.RuleOf(tensor) };

    public CertifiedTensor Certify(TensorInfo tensor, string rule) =>
        new(tensor.Name, tensor.ElementType.SafetensorsName(), tensor.Shape, _hashes[tensor.Name], null, rule);

    /// <param name="source">The stored key that it comes from.</param>
    public CertifiedTensor Certify(string name, string rule, string source)
    {
        var tensor = Sources.First(written => written.Info.Name == name).Info;
        return Certify(tensor, rule) with { Source = source };
    }

    public void ReportCounts(IStageLog log)
    {
        log.Count("tensors", Sources.Count);
        log.Count("parameters", Sources.Sum(source => (double)source.Info.ElementCount));
        log.Count("bytes", _bytes);
    }

    void Report(int written)
    {
        _pace.Advance(written);
        _log.Progress(new StageProgress(_activity, _bytes += written, _totalBytes, "bytes"));
    }

    void Copy(TensorSource source, Stream destination)
    {
        using var inspection = new InspectionStream(destination, source.Info.ElementType, Report);
        source.CopyTo(inspection);
        _hashes[source.Info.Name] = inspection.Hash();
        if (inspection.NotFinite > 0)
            _log.Warning(ErrorCatalog.WeightsNotFinite.Warns(source.Info.File, $"{source.Info.Name} holds {inspection.NotFinite} values that are NaN or infinite"));
    }
}
