using Llava.Generate.Search;

namespace Llava.Generate.Tests.Search;

public sealed class TokenChoiceTests
{
    // Probabilities 1/8, 1/2, 1/4, 1/8 at temperature 1.
    static readonly float[] Logits = [0, 2 * MathF.Log(2), MathF.Log(2), 0];

    [Fact]
    public void Greedy_takes_the_lowest_id_among_equals() => Assert.Equal(1, TokenChoice.MostProbable([-3, 5, 5]));

    [Theory]
    [InlineData(0.0, 1), InlineData(0.49, 1), InlineData(0.51, 2), InlineData(0.74, 2), InlineData(0.76, 0), InlineData(0.874, 0), InlineData(0.876, 3), InlineData(0.9999999, 3)]
    public void A_draw_falls_on_a_token_as_often_as_it_is_probable(double uniform, int expected) =>
        Assert.Equal(expected, TokenChoice.Drawn(Logits, new Sampling(1), uniform));

    [Theory]
    [InlineData(0.5, 1), InlineData(0.51, 2), InlineData(0.75, 2), InlineData(0.76, 0)]
    public void The_nucleus_is_the_fewest_tokens_that_reach_the_probability(double topProbability, int leastProbable) =>
        Assert.Equal(leastProbable, TokenChoice.Drawn(Logits, new Sampling(1) { TopProbability = topProbability }, 0.9999999));

    [Theory]
    [InlineData(1, 1), InlineData(2, 2), InlineData(3, 3), InlineData(9, 3)]
    public void The_most_probable_tokens_are_kept_with_those_equal_to_the_last(int topTokens, int leastProbable) =>
        Assert.Equal(leastProbable, TokenChoice.Drawn(Logits, new Sampling(1) { TopTokens = topTokens }, 0.9999999));

    // At temperature 1/2 probabilities are squared: 16/22 for the first.
    [Theory]
    [InlineData(0.72, 1), InlineData(0.73, 2)]
    public void A_low_temperature_favours_the_probable(double uniform, int expected) =>
        Assert.Equal(expected, TokenChoice.Drawn(Logits, new Sampling(0.5), uniform));

    [Fact]
    public void Negative_scores_are_ordered_too() => Assert.Equal(2, TokenChoice.Drawn([-9, -4, -1, -20], new Sampling(1) { TopTokens = 1 }, 0.5));

    [Fact]
    public void Draws_are_spread_evenly_and_depend_on_seed_question_and_step()
    {
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(step => CounterDraw.Uniform(7, "question", step))];

        Assert.All(draws.CountBy(draw => (int)(draw * 10)), tenth => Assert.InRange(tenth.Value, 1850, 2150));
        Assert.Equal(draws[5], CounterDraw.Uniform(7, "question", 5));
        Assert.NotEqual(draws[5], CounterDraw.Uniform(8, "question", 5));
        Assert.NotEqual(draws[5], CounterDraw.Uniform(7, "questioN", 5));
    }
}
