namespace Llava.Generate.Search;

/// <summary>The texts that end an answer.</summary>
sealed class StopStrings(IReadOnlyList<string> stops)
{
    /// <summary>How many UTF-16 units of a text may belong to a stop string that has only begun.</summary>
    public int LongestStart { get; } = stops.Select(stop => stop.Length - 1).DefaultIfEmpty(0).Max();

    public bool IsEmpty => stops.Count == 0;

    /// <summary>Where the first of them begins; null without any.</summary>
    public int? FirstIn(ReadOnlySpan<char> text)
    {
        int? first = null;
        foreach (var stop in stops)
        {
            if (text.IndexOf(stop) is var place and >= 0 && !(place >= first))
                first = place;
        }
        return first;
    }

    /// <summary>How much of the text's end may turn out to be a stop string.</summary>
    public int StartAtEndOf(ReadOnlySpan<char> text)
    {
        for (var length = Math.Min(LongestStart, text.Length); length > 0; length--)
        {
            foreach (var stop in stops)
            {
                if (stop.Length > length && text[^length..].SequenceEqual(stop.AsSpan(0, length)))
                    return length;
            }
        }
        return 0;
    }
}
