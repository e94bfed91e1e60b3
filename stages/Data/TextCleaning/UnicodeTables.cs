using static Llava.Data.TextCleaning.TableResource;

namespace Llava.Data.TextCleaning;

/// <summary>What normalisation needs of the Unicode Character Database, Hangul syllables (which are arithmetic) left out.</summary>
internal sealed class UnicodeTables
{
    static readonly Lazy<UnicodeTables> Loaded = new(() => new UnicodeTables());

    readonly Dictionary<int, int[]> _canonical = [];
    readonly Dictionary<int, int[]> _compatible = [];
    readonly Dictionary<int, byte> _classes = [];
    readonly Dictionary<(int First, int Second), int> _composites = [];
    readonly HashSet<int> _unsettled = [];

    UnicodeTables()
    {
        foreach (var line in Lines("unicode-normalization.txt"))
            Take(line.Split(' '));
        MarkUnsettled();
    }

    public static UnicodeTables Instance => Loaded.Value;

    /// <summary>The complete decomposition, or null where there is none.</summary>
    public int[]? Decomposition(int codePoint, bool isCompatible) =>
        isCompatible && _compatible.TryGetValue(codePoint, out var parts) ? parts : _canonical.GetValueOrDefault(codePoint);

    public byte CombiningClass(int codePoint) => _classes.GetValueOrDefault(codePoint);

    public bool TryCompose(int first, int second, out int composite) => _composites.TryGetValue((first, second), out composite);

    /// <summary>Whether a text with this code point may not be in form C as it stands.</summary>
    public bool IsUnsettled(int codePoint) => _unsettled.Contains(codePoint);

    void Take(string[] parts)
    {
        int[] codePoints = [.. parts.Skip(1).Select(CodePoint)];
        switch (parts[0])
        {
            case "C":
                for (var codePoint = codePoints[0]; codePoint <= codePoints[1]; codePoint++)
                    _classes[codePoint] = byte.Parse(parts[3], System.Globalization.CultureInfo.InvariantCulture);
                break;
            case "D": _canonical[codePoints[0]] = codePoints[1..]; break;
            case "K": _compatible[codePoints[0]] = codePoints[1..]; break;
            case "P": _composites[(codePoints[0], codePoints[1])] = codePoints[2]; break;
        }
    }

    void MarkUnsettled()
    {
        _unsettled.UnionWith(_canonical.Keys);
        _unsettled.ExceptWith(_composites.Values);
        _unsettled.UnionWith(_classes.Keys);
        _unsettled.UnionWith(_composites.Keys.Select(pair => pair.Second));
        _unsettled.UnionWith(Enumerable.Range(Hangul.FirstVowel, Hangul.VowelCount));
        _unsettled.UnionWith(Enumerable.Range(Hangul.FirstTrailing, Hangul.TrailingCount));
    }
}
