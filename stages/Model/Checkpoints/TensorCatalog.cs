using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints;

/// <summary>Tensors by name and in ordinal order, each with where it is.</summary>
/// <typeparam name="TPlace">How the format finds its bytes.</typeparam>
sealed class TensorCatalog<TPlace>
{
    readonly Dictionary<string, (TensorInfo Info, TPlace Place)> _entries;

    public TensorCatalog(IEnumerable<(TensorInfo Info, TPlace Place)> entries)
    {
        _entries = new(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (_entries.TryAdd(entry.Info.Name, entry))
                continue;
            var first = _entries[entry.Info.Name].Info.File;
            throw ErrorCatalog.DuplicateTensor.Fails(entry.Info.File, $"{entry.Info.Name} stands twice{(first == entry.Info.File ? "" : $": also in {first}")}");
        }
        Tensors = [.. _entries.Values.Select(entry => entry.Info).OrderBy(info => info.Name, StringComparer.Ordinal)];
    }

    public IReadOnlyList<TensorInfo> Tensors { get; }

    public TensorInfo? Find(string name) => _entries.TryGetValue(name, out var entry) ? entry.Info : null;

    public TPlace PlaceOf(TensorInfo tensor) => _entries[tensor.Name].Place;
}
