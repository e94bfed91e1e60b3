using System.Globalization;

namespace Llava.Model.Mapping;

/// <summary>Keys with at most one <c>{}</c>, which stands for a whole number.</summary>
static class KeyPattern
{
    public static string Fill(string pattern, int number) => pattern.Replace("{}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>The number, 0 for a pattern without one; null where the key does not match.</summary>
    public static int? Match(string pattern, string key)
    {
        var place = pattern.IndexOf("{}", StringComparison.Ordinal);
        if (place < 0)
            return pattern == key ? 0 : null;
        var tail = pattern.AsSpan(place + 2);
        if (key.Length <= pattern.Length - 2 || !key.StartsWith(pattern.AsSpan(0, place), StringComparison.Ordinal) || !key.AsSpan().EndsWith(tail, StringComparison.Ordinal))
            return null;
        var digits = key.AsSpan(place, key.Length - place - tail.Length);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (digits.Length == 1 || digits[0] != '0') ? number : null;
    }
}
