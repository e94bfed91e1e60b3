namespace Llava.Data.Json;

/// <summary>A file that is one JSON value, for readers that take batches.</summary>
public static class JsonDocumentReader
{
    /// <param name="path">Names the file in errors.</param>
    public static IEnumerable<RawJsonBatch> ReadBatches(Stream stream, string path)
    {
        var window = new ByteWindow(stream, path);
        while (window.Grow())
        {
        }
        var batch = new RawJsonBatch(firstNumber: 1);
        batch.Add(window.Bytes);
        batch.InputPosition = window.Bytes.Length;
        yield return batch;
    }
}
