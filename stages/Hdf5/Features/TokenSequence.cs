using Llava.Data.Hdf5;

namespace Llava.Hdf5.Features;

/// <summary>The tokens of one sample with their flags, before they are cut into inputs and labels. Reused from sample to sample.</summary>
sealed class TokenSequence
{
    int[] _ids = new int[4096];

    /// <summary>1: the model is to predict the token after this one.</summary>
    int[] _loss = new int[4096];

    /// <summary>1: not attended.</summary>
    int[] _masked = new int[4096];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Inputs => _ids.AsSpan(0, Used);

    int Used => Math.Max(0, Count - 1);

    public void Clear() => Count = 0;

    /// <param name="loss">Whether the model is to predict the token after this one.</param>
    public void Add(int id, bool loss, bool attended) => AddRepeated(id, 1, loss, attended);

    public void Add(ReadOnlySpan<int> ids, bool loss, bool attended)
    {
        ids.CopyTo(Reserve(ids.Length, loss, attended));
        Count += ids.Length;
    }

    public void AddRepeated(int id, int count, bool loss, bool attended)
    {
        Reserve(count, loss, attended).Fill(id);
        Count += count;
    }

    /// <summary>
    /// Fills the four features: every token but the last is an input, every token but the first a label.
    /// </summary>
    /// <param name="row">4 * max_seq_length; there is room for <see cref="Count"/> - 1 tokens.</param>
    public void WriteTo(Span<int> row, int padId, bool invertLoss)
    {
        var length = row.Length / SampleRow.FeatureCount;
        Write(row[..length], _ids.AsSpan(0, Used), padId);
        Write(row.Slice(length, length), _loss.AsSpan(0, Used), 0);
        Write(row.Slice(2 * length, length), _ids.AsSpan(Count - Used, Used), padId);
        Write(row[(3 * length)..], _masked.AsSpan(0, Used), 1);
        if (!invertLoss)
            return;
        foreach (ref var loss in row.Slice(length, length))
            loss = 1 - loss;
    }

    public int CountLoss() => _loss.AsSpan(0, Used).Count(1);

    public int CountInputsOtherThan(int first, int second) =>
        Used - Inputs.Count(first) - (first == second ? 0 : Inputs.Count(second));

    Span<int> Reserve(int count, bool loss, bool attended)
    {
        if (Count + count > _ids.Length)
        {
            var capacity = Math.Max(Count + count, 2 * _ids.Length);
            Array.Resize(ref _ids, capacity);
            Array.Resize(ref _loss, capacity);
            Array.Resize(ref _masked, capacity);
        }
        _loss.AsSpan(Count, count).Fill(loss ? 1 : 0);
        _masked.AsSpan(Count, count).Fill(attended ? 0 : 1);
        return _ids.AsSpan(Count, count);
    }

    static void Write(Span<int> feature, ReadOnlySpan<int> values, int padding)
    {
        values.CopyTo(feature);
        feature[values.Length..].Fill(padding);
    }
}
