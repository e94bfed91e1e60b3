using Llava.Data.Loading;
using Llava.Model;
using Llava.Train.Configuration;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using static TorchSharp.torch;

namespace Llava.Train.Tests.Metrics;

public sealed class ThroughputTests
{
    [Fact]
    public void A_lap_is_what_was_done_since_the_last_one_by_the_time_it_took()
    {
        using var training = new MadeTraining();
        using var scope = NewDisposeScope();
        var config = TrainConfig.Load(training.Yaml);
        var clock = new SetClock();
        using var loader = LlavaDataLoader.Open(config.Sections.TrainInput!, clock: clock);
        using var model = LlavaModel.Create(config.Model, CPU, ScalarType.Float32);
        using var step = new OptimizationStep(model, config.Optimizer, config.Schedule, checksNumbers: true);
        var throughput = new Throughput(clock, loader, step, matrixRate: 500);
        throughput.Start();

        throughput.Add(new QueuedStep(1, 0.1, [0], SupervisedTokens: 3, Tokens: 30, Operations: 600));
        throughput.Add(new QueuedStep(2, 0.1, [1], SupervisedTokens: 3, Tokens: 10, Operations: 200));
        clock.Now += TimeSpan.FromSeconds(4);
        Assert.Equal(new IntervalTiming(4, 0, 0, TokensPerSecond: 10, OperationsPerSecond: 200, MatrixRateShare: 0.4), throughput.Lap());

        throughput.Add(new QueuedStep(3, 0.1, [2], SupervisedTokens: 3, Tokens: 16, Operations: 100));
        clock.Now += TimeSpan.FromSeconds(2);
        Assert.Equal("an evaluation", throughput.Apart(() =>
        {
            clock.Now += TimeSpan.FromHours(1);
            return "an evaluation";
        }));
        Assert.Equal(new IntervalTiming(2, 0, 0, TokensPerSecond: 8, OperationsPerSecond: 50, MatrixRateShare: 0.1), throughput.Lap());
    }

    [Fact]
    public void Shares_are_of_the_interval()
    {
        var timing = new IntervalTiming(Seconds: 8, DataWaitSeconds: 2, OptimizerSeconds: 1, TokensPerSecond: 0, OperationsPerSecond: 0, MatrixRateShare: 0);

        Assert.Equal((0.25, 0.125), (timing.DataWaitShare, timing.OptimizerShare));
        Assert.Equal((0.0, 0.0), (new IntervalTiming(0, 0, 0, 0, 0, 0).DataWaitShare, new IntervalTiming(0, 0, 0, 0, 0, 0).OptimizerShare));
    }

    sealed class SetClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
