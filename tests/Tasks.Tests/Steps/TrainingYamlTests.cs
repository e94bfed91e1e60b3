using Llava.Tasks.Steps;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Tests.Steps;

/// <summary>What the graph learns of a training yaml, in both of ModelZoo's layouts.</summary>
public sealed class TrainingYamlTests : IDisposable
{
    const string Classic = """
        train_input: {data_dir: a}
        eval_input: {data_dir: b}
        runconfig: {eval_frequency: 1000, eval_steps: 10}
        """;

    const string Newer = """
        trainer:
          init: {loop: {eval_frequency: 1000}}
          fit: {train_dataloader: {data_dir: a}, val_dataloader: [{data_dir: b}]}
        """;

    readonly string _path = Path.Combine(Path.GetTempPath(), $"llava-yaml-{Guid.NewGuid():N}.yaml");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(Classic, "", true, true)]
    [InlineData(Newer, "", true, true)]
    [InlineData(Classic, "runconfig.eval_frequency=null", true, false)]
    [InlineData(Classic, "runconfig.eval_frequency=0", true, false)]
    [InlineData(Newer, "trainer.init.loop.eval_frequency=null", true, false)]
    [InlineData(Newer, "trainer.fit.val_dataloader=null", false, false)]
    [InlineData(Newer, "trainer.fit.val_dataloader=null;eval_input={data_dir: c}", true, true)]
    [InlineData("train_input: {data_dir: a}", "", false, false)]
    [InlineData("train_input: {data_dir: a}", "runconfig.eval_frequency=3", false, false)]
    public void It_evaluates_on_the_way_where_it_has_a_frequency_and_data(string text, string set, bool hasEvalInput, bool evaluates)
    {
        var yaml = Load(text, set);

        Assert.True(yaml.HasTrainInput);
        Assert.Equal((hasEvalInput, evaluates), (yaml.HasEvalInput, yaml.EvaluatesWhileTraining));
    }

    [Theory]
    [InlineData(Classic, true, "train_and_eval")]
    [InlineData(Classic, false, "train")]
    [InlineData("eval_input: {mixture: [{data_dir: d, weight: 1}]}\nrunconfig: {eval_frequency: 5}", false, "train_and_eval")]
    [InlineData("train_input: {data_dir: a}", true, "train")]
    public void Samples_that_are_trained_on_are_not_evaluated_on_the_way(string text, bool hasSamples, string mode)
    {
        File.WriteAllText(_path, text);
        var described = new DescribeTraining { Params = new TaskItem(_path), HasSamples = hasSamples };

        Assert.True(described.Execute());
        Assert.Equal(mode, described.Mode);
    }

    [Fact]
    public void A_mixture_is_found_with_all_its_folders()
    {
        var yaml = Load("train_input: {mixture: [{data_dir: a, weight: 1}, {data_dir: [b, c], weight: 2}]}\neval_input: {mixture: [{data_dir: d, weight: 1}]}", "");

        Assert.True(yaml.TrainsOnMixture);
        Assert.True(yaml.EvaluatesOnMixture);
        Assert.Equal(["a", "b", "c"], yaml.MixtureFolders);
        Assert.True(Load("trainer: {fit: {train_dataloader: {mixture: [{data_dir: a, weight: 1}]}}}", "train_input.batch_size=4").TrainsOnMixture);
        Assert.False(Load(Classic, "").TrainsOnMixture);
        Assert.False(Load(Classic, "train_input.mixture=null").TrainsOnMixture);
    }

    TrainingYaml Load(string text, string set)
    {
        File.WriteAllText(_path, text);
        return TrainingYaml.Load(_path, [set]);
    }
}
