using System.Globalization;
using System.Text;

namespace Llava.Data.TextCleaning;

/// <summary>The tables that are built into the assembly: one entry a line, comments behind <c>#</c>.</summary>
internal static class TableResource
{
    public static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(TableResource).Assembly.GetManifestResourceStream($"Llava.Data.TextCleaning.Tables.{name}")
            ?? throw new InvalidOperationException($"the table {name} is not built in");
        using var reader = new StreamReader(stream, Encoding.ASCII);
        while (reader.ReadLine() is { } line)
        {
            if (line is not ['#', ..])
                yield return line;
        }
    }

    public static int CodePoint(string hexadecimal) => int.Parse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    public static string Characters(ReadOnlySpan<string> codePoints)
    {
        var text = new StringBuilder();
        foreach (var codePoint in codePoints)
            text.Append(char.ConvertFromUtf32(CodePoint(codePoint)));
        return text.ToString();
    }
}
