namespace Llava.Data.Json;

/// <summary>Unparsed JSON values, one behind the other in one array, so that another thread can parse them.</summary>
public sealed class RawJsonBatch
{
    public const int TargetBytes = 256 << 10;

    readonly List<(int Start, int Length)> _values = [];
    byte[] _bytes = new byte[TargetBytes + (TargetBytes >> 2)];
    int _used;

    /// <param name="firstNumber">The number of the first value in its file, from 1: the line, or the place in the array.</param>
    internal RawJsonBatch(long firstNumber) => FirstNumber = firstNumber;

    public long FirstNumber { get; }

    public int Count => _values.Count;

    /// <summary>Bytes of the input consumed when this batch was complete.</summary>
    public long InputPosition { get; internal set; }

    internal bool IsFull => _used >= TargetBytes;

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_values[index].Start, _values[index].Length);

    internal void Add(ReadOnlySpan<byte> value)
    {
        if (_used + value.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_used + value.Length, _bytes.Length + (_bytes.Length >> 1)));
        value.CopyTo(_bytes.AsSpan(_used));
        _values.Add((_used, value.Length));
        _used += value.Length;
    }
}
