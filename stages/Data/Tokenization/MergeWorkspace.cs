namespace Llava.Data.Tokenization;

/// <summary>One thread's buffers for <see cref="PairMerger"/>; they grow to the longest stretch seen and stay.</summary>
internal sealed class MergeWorkspace
{
    [ThreadStatic]
    static MergeWorkspace? _current;

    public static MergeWorkspace Current => _current ??= new MergeWorkspace();

    /// <summary>By place of a symbol's first character: its symbol, where its text starts, and the places of its neighbours.</summary>
    public int[] Symbols = new int[64];
    public int[] Starts = new int[64];
    public int[] Previous = new int[64];
    public int[] Next = new int[64];

    /// <summary>Pairs that may merge, the lowest (rank, place) first.</summary>
    public PriorityQueue<(int Left, int Right, int Merged), ulong> Candidates { get; } = new(64);

    public void EnsureCapacity(int symbols)
    {
        if (Symbols.Length >= symbols)
            return;
        var capacity = Math.Max(symbols, Symbols.Length * 2);
        (Symbols, Starts, Previous, Next) = (new int[capacity], new int[capacity], new int[capacity], new int[capacity]);
    }
}
