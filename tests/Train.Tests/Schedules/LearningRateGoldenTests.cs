using Llava.Tests;
using Llava.Train.Configuration;

namespace Llava.Train.Tests.Schedules;

public sealed class LearningRateGoldenTests
{
    // float32 in the reference, double here: a few units in the last place.
    const double RelativeTolerance = 1e-6;

    [Theory]
    [InlineData("7b", 1)]
    [InlineData("7b", 2)]
    [InlineData("13b", 1)]
    [InlineData("13b", 2)]
    public void Every_step_of_the_documented_runs_has_the_rate_of_the_reference(string size, int phase)
    {
        var name = $"params_llava_v1p5_pretrain_{size}_phase{phase}_MSL2K";
        var expected = NumpyArchive.Open(GoldenData.Require("small/model/golden_lr_schedules.npz"))[name].Floats();
        var schedule = TrainConfig.Load(Repository.PathOf($"configs/{size}/{name}.yaml")).Schedule;

        for (var step = 0; step < expected.Length; step++)
            Assert.True(Math.Abs(schedule.At(step) - expected[step]) <= 1e-12 + RelativeTolerance * expected[0..].Max(), $"step {step}: {schedule.At(step)}, but {expected[step]} in the reference");
    }
}
