using Llava.Contracts.Diagnostics;

namespace Llava.Data.Json;

/// <summary>
/// Cuts the array of a JSON file into its elements, in memory bounded by its longest element. An element that is no JSON is
/// handed on as it is (whoever parses it finds out); only damage between elements, and a file cut short, end the reading.
/// </summary>
public static class JsonArrayReader
{
    /// <param name="path">Names the file in errors.</param>
    /// <param name="property">The property of the file's top-level object that holds the array; null: the array is the file.</param>
    /// <exception cref="DiagnosticException">The file is not such an array, or ends before its end.</exception>
    public static IEnumerable<RawJsonBatch> ReadBatches(Stream stream, string path, string? property = null)
    {
        var window = new ByteWindow(stream, path);
        SkipByteOrderMark(window);
        return property is null ? ReadTopLevelArray(window) : ReadProperty(window, property);
    }

    internal static DiagnosticException CutShort(ByteWindow window) =>
        ErrorCatalog.NotAJsonArray.Fails(window.Path, $"the file ends at byte {window.Taken + window.Bytes.Length} inside a value: it is cut short");

    static IEnumerable<RawJsonBatch> ReadTopLevelArray(ByteWindow window)
    {
        foreach (var batch in ReadArray(window))
            yield return batch;
        if (window.PeekToken() >= 0)
            throw Damaged(window, "the end of the file");
    }

    static IEnumerable<RawJsonBatch> ReadProperty(ByteWindow window, string property)
    {
        Expect(window, '{', $"an object with \"{property}\"");
        var found = false;
        for (var first = true; window.PeekToken() != '}'; first = false)
        {
            if (!first)
                Expect(window, ',', "a comma");
            var isWanted = ReadKey(window) == property && !found;
            Expect(window, ':', "a colon");
            ExpectValue(window);
            if (!isWanted)
            {
                window.Take(JsonValueBoundary.LengthOf(window));
                continue;
            }
            found = true;
            foreach (var batch in ReadArray(window))
                yield return batch;
        }
        if (!found)
            throw ErrorCatalog.NotAJsonArray.Fails(window.Path, $"the top-level object has no \"{property}\"");
    }

    static IEnumerable<RawJsonBatch> ReadArray(ByteWindow window)
    {
        Expect(window, '[', "an array");
        var batch = new RawJsonBatch(firstNumber: 1);
        for (var number = 1L; window.PeekToken() != ']'; number++)
        {
            if (number > 1)
                Expect(window, ',', "a comma");
            ExpectValue(window);
            var length = JsonValueBoundary.LengthOf(window);
            batch.Add(window.Bytes[..length]);
            window.Take(length);
            if (!batch.IsFull)
                continue;
            batch.InputPosition = window.Taken;
            yield return batch;
            batch = new RawJsonBatch(number + 1);
        }
        window.Take(1);
        batch.InputPosition = window.Taken;
        if (batch.Count > 0)
            yield return batch;
    }

    static string ReadKey(ByteWindow window)
    {
        if (window.PeekToken() != '"')
            throw Damaged(window, "a key in double quotes");
        var length = JsonValueBoundary.LengthOf(window);
        try
        {
            return PythonJsonParser.Parse(window.Bytes[..length]).Formatted!;
        }
        catch (JsonSyntaxException error)
        {
            throw ErrorCatalog.NotAJsonArray.Fails(window.Path, $"the key at byte {window.Taken + 1}: {error.Message}");
        }
        finally
        {
            window.Take(length);
        }
    }

    static void ExpectValue(ByteWindow window)
    {
        if (window.PeekToken() is -1 or ',' or ']' or '}' or ':')
            throw Damaged(window, "a value");
    }

    static void Expect(ByteWindow window, char token, string what)
    {
        if (window.PeekToken() != token)
            throw Damaged(window, what);
        window.Take(1);
    }

    static DiagnosticException Damaged(ByteWindow window, string expected) => window.Bytes.IsEmpty
        ? CutShort(window)
        : ErrorCatalog.NotAJsonArray.Fails(window.Path, $"expected {expected} at byte {window.Taken + 1}, found '{(char)window.Bytes[0]}'");

    static void SkipByteOrderMark(ByteWindow window)
    {
        while (window.Bytes.Length < 3 && window.Grow())
        {
        }
        if (window.Bytes.StartsWith("\uFEFF"u8))
            window.Take(3);
    }
}
