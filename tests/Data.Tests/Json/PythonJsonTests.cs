using System.Buffers;
using System.Text;
using Llava.Data.Json;

namespace Llava.Data.Tests.Json;

/// <summary>Expected texts are what CPython's <c>json.dumps(json.loads(text))</c> prints.</summary>
public sealed class PythonJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true,false,null]}""", """{"a": 1, "b": [true, false, null]}""")]
    [InlineData("[]", "[]")]
    [InlineData(" { } ", "{}")]
    [InlineData("\"é\u2028\u007f😀\\/\\u00e9\\b\\f\\n\\r\\t\\\\\"", "\"\\u00e9\\u2028\\u007f\\ud83d\\ude00/\\u00e9\\b\\f\\n\\r\\t\\\\\"")]
    [InlineData("\"\\ud800 alone\"", "\"\\ud800 alone\"")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("1e-7", "1e-07")]
    [InlineData("1E5", "100000.0")]
    [InlineData("1e15", "1000000000000000.0")]
    [InlineData("1e16", "1e+16")]
    [InlineData("123456789012345680.0", "1.2345678901234568e+17")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("1e400", "Infinity")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("[NaN, -Infinity]", "[NaN, -Infinity]")]
    public void A_value_is_written_as_python_would(string json, string expected) => Assert.Equal(expected, RoundTrip(json));

    [Fact]
    public void A_repeated_key_has_its_last_value_at_its_first_place() =>
        Assert.Equal("""{"a": 3, "b": 2}""", RoundTrip("""{"a": 1, "b": 2, "a": 3}"""));

    [Theory]
    [InlineData("", "expected a value but the text ends")]
    [InlineData("[1,]", "expected a value at byte 4")]
    [InlineData("[1 2]", "expected a comma at byte 4")]
    [InlineData("{a: 1}", "expected a key in double quotes at byte 2")]
    [InlineData("01", "expected the end of the text at byte 2")]
    [InlineData("1.", "expected the end of the text at byte 2")]
    [InlineData("\"a", "a string has no end")]
    [InlineData("\"\\x\"", "an unknown escape in a string")]
    [InlineData("\"\\u12g4\"", "\\u is not followed by four hexadecimal digits")]
    [InlineData("\"\t\"", "a control character (0x09) in a string")]
    public void What_python_refuses_is_refused(string json, string message) =>
        Assert.Equal(message, Assert.Throws<JsonSyntaxException>(() => RoundTrip(json)).Message);

    [Fact]
    public void A_string_that_is_not_utf8_is_refused() =>
        Assert.Equal("a string is not UTF-8", Assert.Throws<JsonSyntaxException>(() => PythonJsonParser.Parse([(byte)'"', 0xff, (byte)'"'])).Message);

    [Fact]
    public void Nesting_is_bounded() =>
        Assert.Equal("nested deeper than 256 levels", Assert.Throws<JsonSyntaxException>(() => RoundTrip(new string('[', 300))).Message);

    static string RoundTrip(string json)
    {
        var output = new ArrayBufferWriter<byte>();
        new PythonJsonWriter(output).Write(PythonJsonParser.Parse(Encoding.UTF8.GetBytes(json)));
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
