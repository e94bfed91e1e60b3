using Llava.Data.TextCleaning;

namespace Llava.Tests.Data.TextCleaning;

public sealed class UnicodeNormalizerTests
{
    [Theory]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323", "\u017F\u0323\u0307", "\u1E69", "s\u0323\u0307")]
    [InlineData("\u212B", "\u00C5", "A\u030A", "\u00C5", "A\u030A")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b", "a\u05AE\u0300\u0300\u0315b", "\u00E0\u05AE\u0300\u0315b", "a\u05AE\u0300\u0300\u0315b")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    [InlineData("\U00011099\u0300\U000110BA", "\U0001109A\u0300", "\U00011099\U000110BA\u0300", "\U0001109A\u0300", "\U00011099\U000110BA\u0300")]
    public void All_four_forms_are_those_of_the_standard(string text, string formC, string formD, string formKc, string formKd)
    {
        Assert.Equal(formC, UnicodeNormalizer.Normalize(text, UnicodeForm.Nfc));
        Assert.Equal(formD, UnicodeNormalizer.Normalize(text, UnicodeForm.Nfd));
        Assert.Equal(formKc, UnicodeNormalizer.Normalize(text, UnicodeForm.Nfkc));
        Assert.Equal(formKd, UnicodeNormalizer.Normalize(text, UnicodeForm.Nfkd));
    }

    [Fact]
    public void A_text_in_form_C_comes_back_as_the_same_string()
    {
        const string text = "Ελληνικά 日本語 한국어 café \U0001F600";
        Assert.Same(text, UnicodeNormalizer.Normalize(text, UnicodeForm.Nfc));
    }
}
