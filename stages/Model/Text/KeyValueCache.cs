using Llava.Model.Configuration;
using Llava.Model.Layers;
using static TorchSharp.torch;

namespace Llava.Model.Text;

/// <summary>Keys and values of the positions already computed, one pair per layer, in memory set aside once.</summary>
sealed class KeyValueCache : IDisposable
{
    readonly (Tensor Keys_BGKE, Tensor Values_BGKE)[] _layers;

    /// <param name="capacity">The most positions it will hold.</param>
    public KeyValueCache(TextModelConfig config, long batch, long capacity, Placement placement)
    {
        long[] shape = [batch, config.KeyValueHeads, capacity, config.HeadSize];
        _layers = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(_ => (NewTensor(shape, placement), NewTensor(shape, placement)))];
        Capacity = capacity;
    }

    public long Capacity { get; }

    /// <summary>Positions held. The model moves it once all layers have appended.</summary>
    public long Length { get; private set; }

    /// <summary>Stores the new positions of one layer.</summary>
    /// <returns>Keys and values of all positions so far, the new ones included; views.</returns>
    public (Tensor Keys_BGKE, Tensor Values_BGKE) Append(int layer, Tensor key_BGSE, Tensor value_BGSE)
    {
        var count = key_BGSE.shape[2];
        var (keys, values) = _layers[layer];
        keys.narrow(2, Length, count).copy_(key_BGSE);
        values.narrow(2, Length, count).copy_(value_BGSE);
        return (keys.narrow(2, 0, Length + count), values.narrow(2, 0, Length + count));
    }

    public void Advance(long count) => Length += count;

    /// <summary>Keeps these rows alone, in this order.</summary>
    public void KeepRows(Tensor rows)
    {
        using var scope = NewDisposeScope();
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            var (keys, values) = _layers[layer];
            _layers[layer] = (keys.index_select(0, rows).DetachFromDisposeScope(), values.index_select(0, rows).DetachFromDisposeScope());
            keys.Dispose();
            values.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var (keys, values) in _layers)
        {
            keys.Dispose();
            values.Dispose();
        }
    }

    static Tensor NewTensor(long[] shape, Placement placement) => empty(shape, placement.ElementType, placement.Device).DetachFromDisposeScope();
}
