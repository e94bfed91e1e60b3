using System.Globalization;

namespace Llava.Data.Loading;

/// <summary>Parts of a row of samples: <c>0.0-0.5,0.7-1.0</c>. Each part is [int(n * start), int(n * end)).</summary>
sealed class DataSubset
{
    readonly List<(long First, long Count)> _parts = [];

    /// <param name="text">Without a <see cref="Problem"/>; null for everything.</param>
    public DataSubset(string? text, long sampleCount)
    {
        foreach (var (start, end) in text is null ? [(0.0, 1.0)] : Parse(text)!)
        {
            var first = (long)(sampleCount * start);
            _parts.Add((first, (long)(sampleCount * end) - first));
        }
        Count = _parts.Sum(part => part.Count);
    }

    public long Count { get; }

    /// <param name="index">Within the subset.</param>
    /// <returns>Among all samples.</returns>
    public long Map(long index)
    {
        foreach (var (first, count) in _parts)
        {
            if (index < count)
                return first + index;
            index -= count;
        }
        throw new ArgumentOutOfRangeException(nameof(index));
    }

    public static string? Problem(string text)
    {
        if (Parse(text) is not { } ranges)
            return $"is \"{text}\", but must be ranges such as 0.0-0.5,0.7-1.0";
        var end = 0.0;
        foreach (var range in ranges)
        {
            if (range.Start < end || range.End < range.Start || range.End > 1.0)
                return $"is \"{text}\", but its bounds must rise from 0 to 1";
            end = range.End;
        }
        return null;
    }

    static List<(double Start, double End)>? Parse(string text)
    {
        var ranges = new List<(double, double)>();
        foreach (var range in text.Split(','))
        {
            var bounds = range.Split('-');
            if (bounds.Length != 2 || ParseBound(bounds[0]) is not { } start || ParseBound(bounds[1]) is not { } end)
                return null;
            ranges.Add((start, end));
        }
        return ranges;
    }

    static double? ParseBound(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var bound) ? bound : null;
}
