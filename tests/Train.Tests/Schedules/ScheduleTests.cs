using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Train.Schedules;

namespace Llava.Train.Tests.Schedules;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("0.5", 7, 0.5)]
    [InlineData("{scheduler: constant, learning_rate: 0.1}", 9, 0.1)]
    [InlineData("{scheduler: LinearLR, initial_learning_rate: 1.0, end_learning_rate: 0.0, total_iters: 4}", 1, 0.75)]
    [InlineData("{scheduler: Linear, initial_learning_rate: 1.0, end_learning_rate: 0.5, total_iters: 4}", 40, 0.5)]
    [InlineData("{scheduler: CosineDecay, initial_learning_rate: 2.0, end_learning_rate: 0.0, total_iters: 4}", 2, 1.0)]
    [InlineData("{scheduler: Polynomial, initial_learning_rate: 1.0, end_learning_rate: 0.0, total_iters: 4, power: 2}", 2, 0.25)]
    [InlineData("{scheduler: Polynomial, initial_learning_rate: 1.0, end_learning_rate: 0.0, total_iters: 4, cycle: true}", 6, 0.25)]
    [InlineData("{scheduler: Exponential, initial_learning_rate: 1.0, decay_rate: 0.25, total_iters: 2}", 1, 0.5)]
    [InlineData("{scheduler: Exponential, initial_learning_rate: 1.0, decay_rate: 0.25, total_iters: 2, staircase: true}", 3, 0.25)]
    [InlineData("{scheduler: Step, initial_learning_rate: 1.0, step_size: 3, gamma: 0.5}", 7, 0.25)]
    [InlineData("{scheduler: MultiStep, initial_learning_rate: 1.0, gamma: 0.5, milestones: [2, 5]}", 5, 0.25)]
    [InlineData("{scheduler: PiecewiseConstant, learning_rates: [3, 2, 1], milestones: [2, 5]}", 2, 2.0)]
    [InlineData("{scheduler: CosineAnnealing, initial_learning_rate: 1.0, T_max: 2}", 4, 1.0)]
    [InlineData("{scheduler: InverseSquareRootDecay, initial_learning_rate: 1.0, warmup_steps: 4}", 16, 0.25)]
    public void A_schedule_follows_its_formula(string yaml, long step, double expected) =>
        Assert.Equal(expected, Read(yaml).At(step), 1e-12);

    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(2, 1.0)]
    [InlineData(4, 0.5)]
    [InlineData(9, 0.125)]
    public void Schedules_in_sequence_each_count_from_their_own_first_step(long step, double expected)
    {
        var schedule = Read("""
            [{scheduler: Linear, initial_learning_rate: 0.0, end_learning_rate: 1.0, total_iters: 2},
             {scheduler: Linear, initial_learning_rate: 1.0, end_learning_rate: 0.0, total_iters: 4},
             {scheduler: constant, learning_rate: 0.125}]
            """);

        Assert.Equal(expected, schedule.At(step), 1e-12);
    }

    [Fact]
    public void A_schedule_without_an_end_can_only_stand_last()
    {
        var problems = new List<Diagnostic>();
        LearningRateReader.ReadSchedule(new ConfigReader(), Node("[{scheduler: constant, learning_rate: 1}, {scheduler: constant, learning_rate: 2}]"), problems);

        Assert.Equal(["train.yaml(1,17): error LLAVA1005: learning_rate[0].total_iters is required: another schedule follows this one"], problems.Select(problem => problem.ToString()));
    }

    static LearningRateSchedule Read(string yaml)
    {
        var (reader, problems) = (new ConfigReader(), new List<Diagnostic>());
        var schedule = LearningRateReader.ReadSchedule(reader, Node(yaml), problems);
        DiagnosticException.ThrowIfAny([.. reader.Problems, .. problems]);
        return schedule!;
    }

    static ConfigNode Node(string yaml) => ConfigDocument.Parse($"learning_rate: {yaml.ReplaceLineEndings(" ")}", "train.yaml").Root.Entries["learning_rate"];
}
