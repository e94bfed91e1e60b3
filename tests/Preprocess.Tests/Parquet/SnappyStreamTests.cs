using Llava.Preprocess.Parquet.Pages;

namespace Llava.Preprocess.Tests.Parquet;

public sealed class SnappyStreamTests
{
    [Theory]
    [InlineData("00", "")]
    [InlineData("03 08 61 62 63", "abc")]
    [InlineData("09 08 61 62 63 09 03", "abcabcabc")]
    [InlineData("08 00 61 1a 01 00", "aaaaaaaa")]
    [InlineData("0a 0c 61 62 63 64 17 04 00 00 00", "abcdabcdab")]
    public void A_block_is_decompressed_by_the_format_s_own_rules(string block, string text) => Assert.Equal(text, Decompress(block));

    [Theory]
    [InlineData("05 08 61 62 63")]
    [InlineData("05 09 01")]
    [InlineData("02 08 61 62 63")]
    [InlineData("ff ff ff ff ff ff")]
    [InlineData("04 00 61 1a 05 00")]
    public void A_damaged_block_is_an_error(string block)
    {
        var error = Record.Exception(() => Decompress(block));
        Assert.True(error is InvalidDataException or EndOfStreamException, error?.ToString() ?? "no error");
    }

    static string Decompress(string block)
    {
        using var stream = new SnappyStream(new MemoryStream(Convert.FromHexString(block.Replace(" ", "", StringComparison.Ordinal))));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
