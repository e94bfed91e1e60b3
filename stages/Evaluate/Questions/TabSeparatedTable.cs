using System.Text;
using Llava.Contracts.Diagnostics;

namespace Llava.Evaluate.Questions;

/// <summary>A tab-separated table with a header; a field in double quotes may hold tabs, line ends and doubled quotes.</summary>
static class TabSeparatedTable
{
    /// <summary>Each row as column name to text, with the line that it begins on. A column that the row lacks is "".</summary>
    /// <param name="without">A column to leave out; null for none.</param>
    public static IEnumerable<(int Line, IReadOnlyDictionary<string, string> Row)> Read(string path, string? without = null)
    {
        if (!File.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such file");
        using var reader = new StreamReader(path, Encoding.UTF8);
        var line = 1;
        if (ReadRow(reader, ref line) is not { } header)
            throw ErrorCatalog.BadQuestions.Fails(path, "the table is empty");
        while (true)
        {
            var start = line;
            if (ReadRow(reader, ref line) is not { } fields)
                yield break;
            if (fields.Count > header.Count)
                throw ErrorCatalog.BadQuestions.Fails(new SourceLocation(path, start), $"the row has {fields.Count} fields, the header {header.Count}");
            if (fields is not [""])
                yield return (start, header.Index().Where(column => column.Item != without).ToDictionary(column => column.Item, column => fields.ElementAtOrDefault(column.Index) ?? ""));
        }
    }

    static List<string>? ReadRow(StreamReader reader, ref int line)
    {
        if (reader.Peek() < 0)
            return null;
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        while (reader.Read() is var next && next >= 0)
        {
            var character = (char)next;
            line += character == '\n' ? 1 : 0;
            if (isQuoted && character == '"' && reader.Peek() == '"')
                field.Append((char)reader.Read());
            else if (isQuoted ? character == '"' : character == '"' && field.Length == 0)
                isQuoted = !isQuoted;
            else if (!isQuoted && character == '\n')
                break;
            else if (!isQuoted && character == '\t')
                Finish(fields, field);
            else if (isQuoted || character != '\r')
                field.Append(character);
        }
        Finish(fields, field);
        return fields;
    }

    static void Finish(List<string> fields, StringBuilder field)
    {
        fields.Add(field.ToString());
        field.Clear();
    }
}
