using System.Diagnostics;
using Llava.Data.Loading;
using Llava.Model;
using Llava.Train;
using Llava.Train.Configuration;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using static TorchSharp.torch;

namespace Llava.Benchmarks.Training;

/// <summary>One step of both phases and precisions, ours and PyTorch's in turns, on the same rows.</summary>
sealed class TrainingStepBenchmark : IBenchmark
{
    const int Threads = 2;
    const string Peer = "PyTorch 1.13, OpenBLAS";

    public string Name => "training-step";
    public string Why => "Training is where the hours go: a step must not be slower than PyTorch's.";
    public string Measures => "whole optimizer steps of a mid-size LLaVA (63 million parameters, batch 4, 256 tokens), two threads, after one step of warm-up; wall and processor time";
    public string DoesNotMeasure => "reading data (see training-run), GPUs, or models that do not fit caches the way this one does";
    public int Rounds => 7;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        TorchRuntime.Use(Threads);
        var files = new TrainingFiles(scratch, TrainingShape.MidSize, TrainingData.Few);
        files.Make();
        var table = new List<Comparison>();
        foreach (var (phase, isMixed) in new[] { (1, false), (2, false), (1, true), (2, true) })
            table.AddRange(await CaseAsync(files, phase, isMixed, rounds));
        return table;
    }

    static async Task<IEnumerable<Comparison>> CaseAsync(TrainingFiles files, int phase, bool isMixed, int rounds)
    {
        var config = TrainConfig.Load(files.Yaml(phase, isMixed));
        using var loader = LlavaDataLoader.Open(config.Sections.TrainInput!);
        using var model = files.Model(phase, isMixed);
        using var step = new OptimizationStep(model, config.Optimizer, config.Schedule, checksNumbers: true);
        using var batch = loader.Read(loader.Start, LoaderPass.Endless).First();
        using var peer = PyTorchSteps.Start(phase, isMixed, Threads);
        List<double> ourProcessor = [], theirProcessor = [];
        QueuedStep? done = null;
        var (ours, theirs) = await Alternating.SecondsAsync(rounds, Ours, async () => theirProcessor.Add(await peer.StepAsync()));
        var rate = MatrixRate.Measure(CPU, model.ElementType);
        var name = $"phase {phase}, {(isMixed ? "bfloat16" : "float32")}";
        var target = isMixed ? "at most 0.8x" : "at most 0.9x";
        return
        [
            new($"{name}: step", "s", ours, theirs, Peer, target),
            new($"{name}: processor time of a step", "s", Alternating.Median(ourProcessor), Alternating.Median(theirProcessor), Peer, target),
            new($"{name}: optimizer's share of the step", "%", 100 * step.OptimizerTime.TotalSeconds / (ours * (rounds + 1)), null, "", "at most 10"),
            new($"{name}: the model's arithmetic", "GFLOP/s", done!.Operations / ours / 1e9, null, "", "none"),
            new($"{name}: share of the matrix rate", "%", 100 * done.Operations / ours / rate, null, "", "none"),
        ];

        Task Ours()
        {
            var processor = Process.GetCurrentProcess().TotalProcessorTime;
            var microBatches = BatchTensors.Split(batch, config.Sections.TrainInput!, TrainingShape.Rows, model).ToList();
            done = step.Run(done?.Step ?? 0, microBatches);
            step.Read();
            microBatches.ForEach(microBatch => microBatch.Dispose());
            ourProcessor.Add((Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds);
            return Task.CompletedTask;
        }
    }
}
