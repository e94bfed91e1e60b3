using Llava.Benchmarks.Training;

namespace Llava.Benchmarks;

/// <summary>Every benchmark, in the order of the pipeline's steps.</summary>
static class BenchmarkTable
{
    public static IReadOnlyList<IBenchmark> All { get; } =
    [
        new StartupBenchmark(),
        new IdleBenchmark(),
        new PreprocessBenchmark(),
        new Hdf5Benchmark(),
        new TokenizerBenchmark(),
        new ImageBenchmark(),
        new ReadingBenchmark(),
        new ConvertBenchmark(),
        new DecodingBenchmark(),
        new TrainingStepBenchmark(),
        new TrainingRunBenchmark(),
    ];
}
