namespace Llava.Data.Json;

/// <summary>Cuts a .jsonl file into its lines, blank ones included, in memory bounded by its longest line.</summary>
public static class JsonLinesReader
{
    /// <param name="path">Names the file in errors.</param>
    public static IEnumerable<RawJsonBatch> ReadBatches(Stream stream, string path)
    {
        var window = new ByteWindow(stream, path);
        var batch = new RawJsonBatch(firstNumber: 1);
        for (var number = 1L; FindLine(window) is var (length, separator) && length + separator > 0; number++)
        {
            batch.Add(window.Bytes[..length]);
            window.Take(length + separator);
            if (!batch.IsFull)
                continue;
            batch.InputPosition = window.Taken;
            yield return batch;
            batch = new RawJsonBatch(number + 1);
        }
        batch.InputPosition = window.Taken;
        if (batch.Count > 0)
            yield return batch;
    }

    /// <summary>Length of the next line and of the newline behind it; both 0 at the end of the file.</summary>
    static (int Length, int Separator) FindLine(ByteWindow window)
    {
        var searched = 0;
        while (true)
        {
            var newline = window.Bytes[searched..].IndexOf((byte)'\n');
            if (newline >= 0)
                return (searched + newline, 1);
            searched = window.Bytes.Length;
            if (!window.Grow())
                return (window.Bytes.Length, 0);
        }
    }
}
