using System.Text;
using CsCheck;
using Llava.Contracts.Diagnostics;
using Llava.Data.Json;

namespace Llava.Data.Tests.Json;

public sealed class JsonReaderTests
{
    static readonly string[] Values = ["1", "-2.5e3", "true", "null", "\"\"", "\"a]b,c}\\\\\"", "\"\\\"[\"", "[]", "[1, [2, {\"k\": \"]\"}]]", "{\"a\": {\"b\": [\"}\"]}}"];

    static readonly string[] Blanks = ["", " ", "\n\t"];

    [Fact]
    public void An_array_is_cut_into_its_elements_whatever_the_stream_returns_at_a_time() =>
        Gen.Select(Gen.Int[0, Values.Length - 1].Array[0, 30], Gen.Int[0, 2].Select(choice => Blanks[choice]), Gen.Int[1, 7]).Sample((indices, blank, step) =>
        {
            var expected = indices.Select(index => Values[index]).ToArray();
            var json = $"{blank}[{blank}{string.Join($"{blank},{blank}", expected)}{blank}]{blank}";
            Assert.Equal(expected, Elements(json, step));
        }, iter: 300);

    [Fact]
    public void An_array_is_found_under_its_property() =>
        Assert.Equal(["1", "2"], Elements("""{"other": [{"data": [9]}], "data": [1, 2], "last": "x"}""", 5, "data"));

    [Theory]
    [InlineData("[1, 2", "a.json: error LLAVA2003: the file ends at byte 5 inside a value: it is cut short")]
    [InlineData("[{\"a\": 1", "a.json: error LLAVA2003: the file ends at byte 8 inside a value: it is cut short")]
    [InlineData("[1 2]", "a.json: error LLAVA2003: expected a comma at byte 4, found '2'")]
    [InlineData("{\"a\": 1}", "a.json: error LLAVA2003: expected an array at byte 1, found '{'")]
    [InlineData("[1] x", "a.json: error LLAVA2003: expected the end of the file at byte 5, found 'x'")]
    [InlineData("[1,]", "a.json: error LLAVA2003: expected a value at byte 4, found ']'")]
    [InlineData("", "a.json: error LLAVA2003: the file ends at byte 0 inside a value: it is cut short")]
    public void Damage_between_elements_names_its_place(string json, string message) =>
        Assert.Equal(message, Assert.Throws<DiagnosticException>(() => Elements(json, 3)).Message);

    [Fact]
    public void A_missing_property_is_named() =>
        Assert.Equal("a.json: error LLAVA2003: the top-level object has no \"data\"", Assert.Throws<DiagnosticException>(() => Elements("""{"rows": [1]}""", 3, "data")).Message);

    [Fact]
    public void Lines_are_cut_at_newlines_only() =>
        Assert.Equal(["a\u2028b\r", "", "c"], Texts(JsonLinesReader.ReadBatches(new MemoryStream("a\u2028b\r\n\nc"u8.ToArray()), "a.jsonl")));

    [Fact]
    public void Batches_number_their_values_through_the_file()
    {
        var lines = string.Concat(Enumerable.Range(1, 40_000).Select(number => $"{number:000000000000}\n"));
        var batches = JsonLinesReader.ReadBatches(new MemoryStream(Encoding.ASCII.GetBytes(lines)), "a.jsonl").ToList();
        Assert.True(batches.Count > 1);
        Assert.All(batches, batch => Assert.Equal(batch.FirstNumber, long.Parse(Encoding.ASCII.GetString(batch[0]))));
        Assert.Equal(lines.Length, batches[^1].InputPosition);
    }

    [Fact]
    public void A_line_without_end_is_refused_before_it_fills_the_memory() =>
        Assert.Equal(
            "a.jsonl: error LLAVA2009: the value at byte 1 is longer than 256 MiB",
            Assert.Throws<DiagnosticException>(() => JsonLinesReader.ReadBatches(new EndlessStream(), "a.jsonl").First()).Message);

    static string[] Elements(string json, int step, string? property = null) =>
        Texts(JsonArrayReader.ReadBatches(new SlowStream(Encoding.UTF8.GetBytes(json), step), "a.json", property));

    static string[] Texts(IEnumerable<RawJsonBatch> batches) =>
        [.. batches.SelectMany(batch => Enumerable.Range(0, batch.Count).Select(index => Encoding.UTF8.GetString(batch[index])))];

    /// <summary>Returns a few bytes at a time, as a network stream may.</summary>
    sealed class SlowStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, step));
    }

    /// <summary>A line that never ends.</summary>
    sealed class EndlessStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'a');
            return buffer.Length;
        }
    }
}
