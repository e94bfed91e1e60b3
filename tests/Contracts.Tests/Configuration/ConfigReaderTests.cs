using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;

namespace Llava.Contracts.Tests.Configuration;

public sealed class ConfigReaderTests
{
    sealed record Optimizer
    {
        public required double LearningRate { get; init; }

        public IReadOnlyList<double> Betas { get; init; } = [0.9, 0.999];

        [OneOf("AdamW", "TorchAdamW")]
        public string OptimizerType { get; init; } = "AdamW";
    }

    sealed record Recipe : IValidatedConfig
    {
        public required Optimizer Optimizer { get; init; }

        [Bounds(1)]
        public int MaxSteps { get; init; } = 10;

        public bool Shuffle { get; init; }

        public long? Seed { get; init; }

        public IReadOnlyList<string?> LayersActivation { get; init; } = [];

        public IEnumerable<(string Key, string Message)> Problems()
        {
            if (Seed == 13)
                yield return ("seed", "brings bad luck");
        }
    }

    static Recipe Read(string yaml, params string[] overrides) => ConfigReader.Read<Recipe>(ConfigDocument.Parse(yaml, "a.yaml", overrides));

    static string[] ProblemsOf(string yaml, params string[] overrides) =>
        [.. Assert.Throws<DiagnosticException>(() => Read(yaml, overrides)).Diagnostics.Select(problem => problem.ToString())];

    [Fact]
    public void Keys_are_property_names_in_snake_case_and_absent_ones_keep_their_defaults()
    {
        var recipe = Read("optimizer:\n  learning_rate: 1e-3\nshuffle: True\nlayers_activation: [gelu, null]\n");
        Assert.Equal(0.001, recipe.Optimizer.LearningRate);
        Assert.Equal([0.9, 0.999], recipe.Optimizer.Betas);
        Assert.Equal(["gelu", null], recipe.LayersActivation);
        Assert.True(recipe.Shuffle);
        Assert.Equal(10, recipe.MaxSteps);
        Assert.Null(recipe.Seed);
    }

    [Fact]
    public void Every_problem_is_reported_at_once_with_its_place()
    {
        Assert.Equal(
            [
                "a.yaml(2,3): error LLAVA1004: optimizer.learning_rate must be a number, but is \"fast\"",
                "a.yaml(3,3): error LLAVA1006: optimizer.optimizer_type is \"AdamV\", but must be one of AdamW, TorchAdamW; did you mean AdamW?",
                "a.yaml(4,1): error LLAVA1003: unknown key max_step; did you mean max_steps?",
                "a.yaml(5,1): error LLAVA1004: shuffle must be true or false, but is \"maybe\"",
            ],
            ProblemsOf("optimizer:\n  learning_rate: fast\n  optimizer_type: AdamV\nmax_step: 3\nshuffle: maybe\n"));
    }

    sealed record Pair
    {
        public required Recipe First { get; init; }

        public required Recipe Second { get; init; }
    }

    [Fact]
    public void A_problem_of_one_section_hides_none_between_the_values_of_another() => Assert.Equal(
        ["a.yaml(1,41): error LLAVA1003: unknown key first.sead; did you mean seed?", "a.yaml(2,41): error LLAVA1006: second.seed brings bad luck"],
        Assert.Throws<DiagnosticException>(() => ConfigReader.Read<Pair>(ConfigDocument.Parse(
            "first:  {optimizer: {learning_rate: 1}, sead: 13}\nsecond: {optimizer: {learning_rate: 1}, seed: 13}\n", "a.yaml"))).Diagnostics.Select(problem => problem.ToString()));

    [Fact]
    public void A_required_key_that_is_absent_or_null_is_missing()
    {
        Assert.Equal(["a.yaml(1,1): error LLAVA1005: optimizer.learning_rate is required"], ProblemsOf("optimizer: {betas: [0.5, 0.9]}\n"));
        Assert.Equal(["a.yaml(1,1): error LLAVA1005: optimizer is required"], ProblemsOf("optimizer: null\n"));
    }

    [Fact]
    public void A_number_out_of_bounds_is_refused()
    {
        Assert.Equal(["a.yaml(2,1): error LLAVA1006: max_steps is 0, but must be at least 1"], ProblemsOf("optimizer: {learning_rate: 1}\nmax_steps: 0\n"));
    }

    [Fact]
    public void A_rule_over_several_values_is_checked_once_each_value_is_right()
    {
        Assert.Equal(["a.yaml(2,1): error LLAVA1006: seed brings bad luck"], ProblemsOf("optimizer: {learning_rate: 1}\nseed: 13\n"));
    }

    [Fact]
    public void An_override_replaces_or_adds_a_value_and_is_checked_like_one()
    {
        Assert.Equal(5, Read("optimizer: {learning_rate: 1}\n", "max_steps=5").MaxSteps);
        Assert.Equal([0.1, 0.2], Read("optimizer: {learning_rate: 1}\n", "optimizer.betas=[0.1, 0.2]").Optimizer.Betas);
        Assert.Equal(["--set max_steps: error LLAVA1004: max_steps must be a whole number, but is \"many\""], ProblemsOf("optimizer: {learning_rate: 1}\n", "max_steps=many"));
        Assert.Equal(["a.yaml: error LLAVA1008: --set max_steps: expected key.path=value"], ProblemsOf("optimizer: {learning_rate: 1}\n", "max_steps"));
    }

    [Fact]
    public void A_repeated_key_and_broken_yaml_name_their_line()
    {
        Assert.StartsWith("a.yaml(2,1): error LLAVA1007: ", ProblemsOf("shuffle: true\nshuffle: false\n").Single(), StringComparison.Ordinal);
        Assert.StartsWith("a.yaml(", ProblemsOf("optimizer: [1\n").Single(), StringComparison.Ordinal);
        Assert.Contains("LLAVA1002", ProblemsOf("optimizer: [1\n").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quoted_number_is_text()
    {
        Assert.Equal(["a.yaml(1,13): error LLAVA1004: optimizer.learning_rate must be a number, but is the text \"1\""], ProblemsOf("optimizer: {learning_rate: \"1\"}\n"));
    }
}
