using System.Globalization;

namespace Llava.Benchmarks;

/// <summary>Step 2 beside the rates that the reference reached on a machine of two cores.</summary>
sealed class Hdf5Benchmark : IBenchmark
{
    const int Few = 5_000;
    const int Many = 50_000;
    const int Seed = 20240611;

    public string Name => "hdf5";
    public string Why => "Tokenizing the millions of samples of LLaVA's mixtures took the reference hours; ten times its rate is asked for.";
    public string Measures => "`llava hdf5` with two workers as a whole process, by the clock and by processor time (twice the samples per processor second is what two idle cores give), and what 45 000 further samples cost; no second side is there to share what else the machine does, so that the best rounds count";
    public string DoesNotMeasure => "the reference itself, whose rates (two processes, the same input, another machine of two cores) are quoted; nor a cold disk";
    public int Rounds => 5;
    public string Statistic => "The best (of memory the largest)";

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        var few = await InputAsync(scratch, Few);
        var many = await InputAsync(scratch, Many);
        List<Comparison> table = [];
        foreach (var (phase, reference) in new[] { (1, 1809.0), (2, 1732.0) })
        {
            List<MeasuredProcess> short_ = [], long_ = [];
            for (var round = 0; round < rounds; round++)
            {
                short_.Add(await RunAsync(scratch, few, phase));
                long_.Add(await RunAsync(scratch, many, phase));
            }
            table.AddRange(Lines(phase, reference, short_, long_));
        }
        return table;
    }

    static IEnumerable<Comparison> Lines(int phase, double reference, List<MeasuredProcess> few, List<MeasuredProcess> many)
    {
        const string peer = "ModelZoo, quoted";
        const string target = "ratio >= 10";
        var (fewProcessor, manyProcessor) = (few.Min(run => run.ProcessorSeconds), many.Min(run => run.ProcessorSeconds));
        yield return new($"phase {phase}, {Few} samples, whole process, clock", "samples/s", Few / few.Min(run => run.Seconds), reference, peer, target);
        yield return new($"phase {phase}, {Many} samples, whole process, clock", "samples/s", Many / many.Min(run => run.Seconds), reference, peer, target);
        yield return new($"phase {phase}, {Few} samples, whole process, 2 x processor time", "samples/s", 2 * Few / fewProcessor, reference, peer, target);
        yield return new($"phase {phase}, {Many} samples, whole process, 2 x processor time", "samples/s", 2 * Many / manyProcessor, reference, peer, target);
        yield return new($"phase {phase}, {Many - Few} further samples, 2 x processor time", "samples/s", 2 * (Many - Few) / (manyProcessor - fewProcessor), reference, peer, target);
        yield return new($"phase {phase}, {Many} samples, peak memory", "MB", many.Max(run => run.PeakMegabytes), null, "", "<= 600");
    }

    static async Task<string> InputAsync(string scratch, int samples)
    {
        var folder = Path.Combine(scratch, string.Create(CultureInfo.InvariantCulture, $"hdf5-{samples}"));
        if (!Directory.Exists(Path.Combine(folder, "bench_images")))
            await MeasuredProcess.RunAsync("/usr/bin/python3", [Path.Combine(SharedFolder, "tools/make_bench_data.py"), folder, $"{samples}", "4", $"{Seed}"]);
        return folder;
    }

    static async Task<MeasuredProcess> RunAsync(string scratch, string input, int phase)
    {
        var output = Path.Combine(scratch, "hdf5-out");
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        return await MeasuredProcess.LlavaAsync(
            "hdf5", "--params", Path.Combine(MeasuredProcess.Repository, $"configs/7b/llava_phase_{phase}_preproc.yaml"),
            "--set", $"setup.input_dir={input}/input",
            "--set", $"setup.output_dir={output}",
            "--set", "setup.processes=2",
            "--set", "shuffle=null",
            "--set", $"dataset.image_dir={input}/images",
            "--set", "dataset.multi_modal_non_image_ex_key=model",
            "--set", $"processing.huggingface_tokenizer={SharedFolder}/golden/tokenization/llama2_pad_unk");
    }

    static string SharedFolder => Path.GetFullPath(Path.Combine(MeasuredProcess.Repository, "..", "shared"));
}
