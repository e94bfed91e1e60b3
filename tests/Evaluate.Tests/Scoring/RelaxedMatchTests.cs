using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Tests.Scoring;

public sealed class RelaxedMatchTests
{
    [Theory]
    [InlineData("105", "100", true)]
    [InlineData("106", "100", false)]
    [InlineData("-95", "-100", true)]
    [InlineData("0.5", "50%", true)]
    [InlineData("50", "50%", false)]
    [InlineData("0.0", "0", false)]
    [InlineData("0", "0", true)]
    [InlineData(" Red ", "red", true)]
    [InlineData("1,000", "1000", false)]
    [InlineData("NaN", "nan", true)]
    [InlineData("red", "12", false)]
    public void Numbers_may_be_off_by_five_per_cent_and_words_by_case(string prediction, string truth, bool isRight) =>
        Assert.Equal(isRight, RelaxedMatch.IsRelaxed(prediction, truth));

    [Theory]
    [InlineData("kitten", "sitting", 4.0 / 7)]
    [InlineData("Hello  World", "hello world", 1)]
    [InlineData("abcd", "wxyz", 0)]
    [InlineData("", "", 1)]
    [InlineData("𝒳𝒴", "𝒳𝒵", 0.5)]
    public void Similarity_counts_edits_of_code_points_and_is_nothing_below_one_half(string prediction, string truth, double similarity) =>
        Assert.Equal(similarity, AnswerSimilarity.Of(prediction, [truth]), 1e-12);
}
