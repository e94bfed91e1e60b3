namespace Llava.Benchmarks;

/// <summary>What every verb pays before it does anything.</summary>
sealed class StartupBenchmark : IBenchmark
{
    public string Name => "startup";
    public string Why => "Every stage of a graph is a process of its own: a slow start is paid a dozen times.";
    public string Measures => "`llava --help` as a whole process, beside Python importing what a PyTorch script imports first";
    public string DoesNotMeasure => "the first use of libtorch, which only training, conversion with logits and evaluation pay";
    public int Rounds => 11;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        var (ours, theirs) = await Alternating.SecondsAsync(rounds,
            () => MeasuredProcess.LlavaAsync("--help"),
            () => MeasuredProcess.RunAsync("/usr/bin/python3", ["-c", "import torch"]));
        return [new("start and --help", "s", ours, theirs, "python3 -c 'import torch'", "none")];
    }
}
