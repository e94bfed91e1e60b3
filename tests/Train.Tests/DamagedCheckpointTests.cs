namespace Llava.Train.Tests;

/// <summary>Which checkpoints of a run stay, and what a run does where one of them is not whole.</summary>
public sealed class DamagedCheckpointTests
{
    [Fact]
    public async Task Only_the_newest_checkpoints_stay()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run"));

        Assert.Equal(["checkpoint_10", "checkpoint_12"], Directory.GetDirectories(training.PathOf("run")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("model.safetensors", "cut")]
    [InlineData("model.safetensors", "one bit flipped")]
    [InlineData("optimizer.safetensors", "one bit flipped")]
    [InlineData("optimizer.safetensors", "gone")]
    [InlineData("metrics.jsonl", "gone")]
    public async Task A_damaged_checkpoint_falls_back_to_the_one_before_it(string file, string damage)
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run"));
        var expected = training.Weights("run", 12);
        Damage(training.CheckpointFile("run", 12, file), damage);
        await training.RunAsync(training.Options("run"));

        Assert.Equal(expected, training.Weights("run", 12));
        Assert.Contains(
            $"{training.PathOf("run/checkpoint_12")}: warning LLAVA5007: {file} is missing or changed; going back to the checkpoint before it",
            training.Log.Warnings.Select(warning => warning.ToString()));
    }

    [Theory]
    [InlineData("empty", "is damaged")]
    [InlineData("cut", "is damaged")]
    [InlineData("one digit changed", "is damaged")]
    [InlineData("null", "is damaged")]
    [InlineData("{}", "is damaged")]
    [InlineData("[[[[", "is damaged")]
    [InlineData("{\"format\":3,\"step\":12,\"position\":null,\"random_seed\":1,\"settings\":null,\"files\":null}", "is damaged")]
    [InlineData("gone", "is missing")]
    [InlineData("of the checkpoint before", "is of step 10")]
    public async Task A_damaged_training_state_falls_back_to_the_checkpoint_before_it(string damage, string complaint)
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run"));
        var (weights, metrics) = (training.Weights("run", 12), training.Metrics("run"));
        DamageState(training, damage);
        await training.RunAsync(training.Options("run"));

        Assert.Equal(weights, training.Weights("run", 12));
        Assert.Equal(metrics, training.Metrics("run"));
        Assert.Equal(
            [$"{training.PathOf("run/checkpoint_12")}: warning LLAVA5007: training_state.json {complaint}; going back to the checkpoint before it"],
            training.Log.Warnings.Select(warning => warning.ToString()));
    }

    [Fact]
    public async Task A_damaged_checkpoint_never_takes_the_place_of_a_whole_one()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run"));
        File.Delete(training.CheckpointFile("run", 12, "training_state.json"));
        await training.RunUntilAsync(training.Options("run", overrides: "runconfig.max_checkpoints=1"), step: 11);

        Assert.Equal(["checkpoint_11"], Directory.GetDirectories(training.PathOf("run")).Select(Path.GetFileName));
    }

    static void Damage(string path, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        if (damage == "gone")
            return;
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, damage == "cut" ? bytes[..^4] : bytes);
    }

    static void DamageState(MadeTraining training, string damage)
    {
        var path = training.CheckpointFile("run", 12, "training_state.json");
        var json = File.ReadAllText(path);
        File.Delete(path);
        if (damage != "gone")
            File.WriteAllText(path, damage switch
            {
                "empty" => "",
                "cut" => json[..(json.Length / 2)],
                "one digit changed" => json.Replace("\"random_seed\": 1,", "\"random_seed\": 3,", StringComparison.Ordinal),
                "of the checkpoint before" => File.ReadAllText(training.CheckpointFile("run", 10, "training_state.json")),
                _ => damage,
            });
    }
}
