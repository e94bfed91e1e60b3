using Llava.Data.TextCleaning;

namespace Llava.Tests.Data.TextCleaning;

public sealed class TextCleanerTests
{
    static readonly TextCleaner Cleaner = new(new TextCleaningOptions());

    [Fact]
    public void A_plain_text_comes_back_as_the_same_string()
    {
        const string text = "A man <b>waits</b>\tnear a lake;\n\n1990s?";
        Assert.Same(text, Cleaner.Clean(text));
    }

    [Theory]
    [InlineData("&lt;b&gt;\n&amp;", "<b>\n&")]
    [InlineData("&amp;\n<b>\n&amp;", "&\n<b>\n&amp;")]
    public void Html_references_stay_from_the_first_line_with_an_angle_bracket(string text, string expected) => Assert.Equal(expected, Cleaner.Clean(text));

    [Theory]
    [InlineData("&#59; &#x3B;", "&#59; &#x3B;")]
    [InlineData("&#x1F600;&#128169;", "\U0001F600\U0001F4A9")]
    [InlineData("&#150;&#0;&#99999999999999999999;&#7;", "\u2013\uFFFD\uFFFD")]
    [InlineData("&#12ab; &#xZ; &nosuch;", "&#12ab; &#xZ; &nosuch;")]
    [InlineData("P&EACUTE;REZ &NTILDE; &nTILDE;", "PÉREZ Ñ &nTILDE;")]
    public void References_by_number_and_in_capitals_follow_the_reference(string text, string expected) => Assert.Equal(expected, Cleaner.Clean(text));

    [Theory]
    [InlineData("a\r\nb\rc\u2028d", "a\nb\nc\nd")]
    [InlineData("\u001B[36;44mblue\u001B[0m", "blue")]
    [InlineData("ＬＯＵＤ　ﾊﾞ ﬂuﬃeﬆ", "LOUD バ fluffiest")]
    [InlineData("\u201Chere\u2019s\u201D", "\"here's\"")]
    [InlineData("\u0001\uFEFFx\u206A", "x")]
    [InlineData("What is \u0085 this", "What is \u2026 this")]
    public void Single_characters_are_made_plain(string text, string expected) => Assert.Equal(expected, Cleaner.Clean(text));

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character() => Assert.Equal("a\uFFFDb", Cleaner.Clean("a\uD800b"));

    [Fact]
    public void Without_ftfy_nothing_is_repaired_or_normalised()
    {
        var cleaner = new TextCleaner(new TextCleaningOptions(UseFtfy: false, FtfyNormalizer: UnicodeForm.Nfkc));
        Assert.Equal("cafÃ© e\u0301 &amp;", cleaner.Clean("cafÃ© e\u0301 &amp;"));
    }

    [Theory]
    [InlineData(UnicodeForm.None, "e\u0301\u00B2 é")]
    [InlineData(UnicodeForm.Nfc, "é\u00B2 é")]
    [InlineData(UnicodeForm.Nfkc, "é2 é")]
    [InlineData(UnicodeForm.Nfd, "e\u0301\u00B2 e\u0301")]
    [InlineData(UnicodeForm.Nfkd, "e\u03012 e\u0301")]
    public void The_chosen_form_is_applied(UnicodeForm form, string expected) =>
        Assert.Equal(expected, new TextCleaner(new TextCleaningOptions(FtfyNormalizer: form)).Clean("e\u0301\u00B2 é"));

    [Theory]
    [InlineData("the dogs ' bowl , 1 @,@ 000 ( a ) \" b \" = = X = =", "the dogs' bowl, 1,000 (a) \"b\" == X ==")]
    [InlineData("it 's [ 1 ] { x } ' y '\n z N m", "it's [1] {x}' y '\nz 1 m")]
    [InlineData("/' 7/", "/'[0-9]/")]
    public void Wikitext_is_detokenised_on_request(string text, string expected) =>
        Assert.Equal(expected, new TextCleaner(new TextCleaningOptions(UseFtfy: false, WikitextDetokenize: true)).Clean(text));
}
