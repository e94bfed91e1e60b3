using Llava.Evaluate.Json;

namespace Llava.Evaluate.Tests.Json;

public sealed class JsonTextTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_ends_at_a_newline_alone()
    {
        var path = _folder.Write("lines.jsonl", "{\"a\":\r1}\n\r\n{\"a\": \"\u2028\"}\r\n{\"a\": 3");
        Assert.Equal([(1, "1"), (3, "\u2028"), (4, null)], JsonText.ReadLines(path).Select(line => (line.Line, line.Value?.Text("a"))));
    }

    [Fact]
    public void A_line_may_be_longer_than_what_is_read_at_once()
    {
        var text = new string('x', 200_000);
        var path = _folder.WriteLines("lines.jsonl", $$"""{"a": "{{text}}"}""", """{"a": "y"}""", $$"""{"a": "{{text}}"}""");
        Assert.Equal([text, "y", text], JsonText.ReadLines(path).Select(line => line.Value?.Text("a")));
    }
}
