using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Model.Checkpoints;

namespace Llava.Conversion.Certificates;

/// <summary>Tensors on their way to the disk: hashed, looked through for NaN, and counted as they go by.</summary>
sealed class TrackedTensors
{
    readonly Dictionary<string, (TensorInfo Info, string Sha256, long NotFinite)> _written = [];
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

    /// <summary>A tensor that was written, as one made here; <see cref="ConversionSource.Trace"/> adds where it came from.</summary>
    public CertifiedTensor Certify(string name, string rule)
    {
        var (tensor, hash, _) = _written[name];
        return new(name, tensor.ElementType.SafetensorsName(), tensor.Shape, hash, null, rule);
    }

    /// <summary>Names what is not finite as its own file does, once however often it was written.</summary>
    public void WarnOfNotFinite(IEnumerable<CertifiedTensor> certified)
    {
        foreach (var tensor in certified.Where(tensor => _written[tensor.Name].NotFinite > 0).DistinctBy(tensor => (_written[tensor.Name].Info.File, tensor.Source ?? tensor.Name)))
        {
            var (info, _, count) = _written[tensor.Name];
            _log.Warning(ErrorCatalog.WeightsNotFinite.Warns(info.File, $"{tensor.Source ?? tensor.Name} holds {count} values that are NaN or infinite"));
        }
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
        _written[source.Info.Name] = (source.Info, inspection.Hash(), inspection.NotFinite);
    }
}
