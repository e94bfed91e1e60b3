namespace Llava.Data.Tokenization;

/// <summary>Ids one after another in memory that is kept from text to text.</summary>
public sealed class TokenBuffer
{
    int[] _ids = new int[256];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(int id)
    {
        if (Count == _ids.Length)
            Grow(1);
        _ids[Count++] = id;
    }

    public void Add(ReadOnlySpan<int> ids)
    {
        if (Count + ids.Length > _ids.Length)
            Grow(ids.Length);
        ids.CopyTo(_ids.AsSpan(Count));
        Count += ids.Length;
    }

    void Grow(int room) => Array.Resize(ref _ids, Math.Max(Count + room, 2 * _ids.Length));
}
