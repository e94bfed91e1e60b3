using System.Runtime.InteropServices;
using Llava.Data.Hdf5;

namespace Llava.Hdf5.Features;

/// <summary>The tokens of one sample with their flags, before they are cut into inputs and labels. Reused from sample to sample.</summary>
sealed class TokenSequence
{
    readonly List<int> _ids = [];
    readonly List<(bool Loss, bool Attended)> _flags = [];

    public int Count => _ids.Count;

    public void Clear()
    {
        _ids.Clear();
        _flags.Clear();
    }

    /// <param name="loss">Whether the model is to predict the token after this one.</param>
    public void Add(int id, bool loss, bool attended)
    {
        _ids.Add(id);
        _flags.Add((loss, attended));
    }

    public void Add(IEnumerable<int> ids, bool loss, bool attended)
    {
        foreach (var id in ids)
            Add(id, loss, attended);
    }

    public void AddRepeated(int id, int count, bool loss, bool attended)
    {
        for (var i = 0; i < count; i++)
            Add(id, loss, attended);
    }

    /// <summary>
    /// Fills the four features: every token but the last is an input, every token but the first a label.
    /// </summary>
    /// <param name="row">4 * max_seq_length; there is room for <see cref="Count"/> - 1 tokens.</param>
    public void WriteTo(Span<int> row, int padId, bool invertLoss)
    {
        var length = row.Length / SampleRow.FeatureCount;
        var inputs = row[..length];
        var losses = row.Slice(length, length);
        var labels = row.Slice(2 * length, length);
        var padding = row[(3 * length)..];
        var used = Math.Max(0, Count - 1);
        inputs[used..].Fill(padId);
        labels[used..].Fill(padId);
        losses[used..].Fill(invertLoss ? 1 : 0);
        padding[used..].Fill(1);
        for (var i = 0; i < used; i++)
        {
            inputs[i] = _ids[i];
            labels[i] = _ids[i + 1];
            losses[i] = _flags[i].Loss != invertLoss ? 1 : 0;
            padding[i] = _flags[i].Attended ? 0 : 1;
        }
    }

    public int CountLoss()
    {
        var count = 0;
        for (var i = 0; i < Count - 1; i++)
            count += _flags[i].Loss ? 1 : 0;
        return count;
    }

    public int CountInputsOtherThan(int first, int second)
    {
        var count = 0;
        for (var i = 0; i < Count - 1; i++)
            count += _ids[i] != first && _ids[i] != second ? 1 : 0;
        return count;
    }

    public ReadOnlySpan<int> Inputs => CollectionsMarshal.AsSpan(_ids)[..Math.Max(0, Count - 1)];
}
