using System.Buffers;
using System.Text;
using Llava.Data.Json;

namespace Llava.Data.Tests.Json;

public sealed class PythonJsonCopyTests
{
    /// <summary>Parts of which values are put together, good and bad ones.</summary>
    static readonly string[] Parts =
    [
        "{", "}", "[", "]", ",", ":", " ", "\n", "\"a\"", "\"b\"", "\"a\\u0062\"", "\"\"", "\"é\"", "\"日本\"", "\"😀\"", "\"\\ud83d\\ude00\"", "\"\\uD800\"", "\"\\u007f\"", "\"\u007f\"",
        "\"\\/\\\"\\\\\\b\\f\\n\\r\\t\\u0041\\u000A\"", "\"\\x\"", "\"\t\"", "\"\\u12\"", "\"open", "0", "-0", "-1", "01", "12345678901234567890", "1.5", "1e5", "1E-7", "0.0000001", "100000000000000000000.0", "1.", ".5", "-", "+1",
        "true", "false", "null", "nul", "NaN", "Infinity", "-Infinity", "{\"a\": 1, \"b\": [1,2 ,3]}", "{\"a\":1,\"a\":2}", "[[[]]]", "{}", "[]",
    ];

    [Theory]
    [InlineData("""{"id":"1" , "image":"a/b.jpg","conversations":[{"from":"human","value":"<image>\nWhat?"},{"from":"gpt","value":"Caf\u00E9 / \/ 😀"}],"n":[1,2.50,-300.0,null,true]}""")]
    [InlineData("12")]
    [InlineData("\"\"")]
    [InlineData(" [ ] ")]
    public void An_ordinary_value_is_copied_as_the_parser_and_the_writer_would(string json) => Assert.Equal(Slowly(Encoding.UTF8.GetBytes(json)), Quickly(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("[-0]")]
    [InlineData("[1e5]")]
    [InlineData("[NaN]")]
    [InlineData("[1,]")]
    [InlineData("[1 2]")]
    [InlineData("{\"a\" 1}")]
    [InlineData("\"a\u0001\"")]
    [InlineData("1 1")]
    [InlineData("")]
    public void An_unusual_value_is_left_to_the_parser(string json) => Assert.Null(Quickly(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Deep_nesting_is_left_to_the_parser() => Assert.Null(Quickly(Encoding.UTF8.GetBytes(new string('[', 100) + new string(']', 100))));

    [Fact]
    public void Whatever_is_copied_is_what_the_parser_and_the_writer_make_of_it()
    {
        var random = new Random(20260);
        var copied = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var json = Encoding.UTF8.GetBytes(Value(random, depth: 0));
            if (random.Next(4) == 0 && json.Length > 0)
                json[random.Next(json.Length)] = (byte)random.Next(256);
            if (Quickly(json) is not { } quick)
                continue;
            copied++;
            Assert.Equal(Slowly(json), quick);
        }
        Assert.InRange(copied, 20_000, 100_000);
    }

    static string Value(Random random, int depth) => random.Next(depth < 3 ? 8 : 4) switch
    {
        < 4 => Parts[random.Next(8, Parts.Length)],
        4 => Parts[random.Next(Parts.Length)] + Parts[random.Next(Parts.Length)],
        5 => $"[{Value(random, depth + 1)},{Value(random, depth + 1)}]",
        6 => $$"""{"x":{{Value(random, depth + 1)}}, "{{random.Next(2)}}" : {{Value(random, depth + 1)}} ,"1":3}""",
        _ => $$"""{"k":{{Value(random, depth + 1)}}}""",
    };

    static string? Quickly(byte[] json)
    {
        var output = new byte[PythonJsonCopy.RoomFor(json.Length)];
        var length = PythonJsonCopy.TryCopy(json, output);
        return length < 0 ? null : Encoding.ASCII.GetString(output, 0, length);
    }

    static string Slowly(byte[] json)
    {
        var output = new ArrayBufferWriter<byte>();
        new PythonJsonWriter(output).Write(PythonJsonParser.Parse(json));
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
