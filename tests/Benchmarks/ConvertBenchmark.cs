using Llava.Model.Checkpoints;
using Llava.Tests;

namespace Llava.Benchmarks;

/// <summary>Step 4 at its real size: 13 GB from Hugging Face's layout to ModelZoo's.</summary>
sealed class ConvertBenchmark : IBenchmark
{
    readonly List<double> _peaks = [];

    public string Name => "convert";
    public string Why => "A conversion should cost what copying the files costs, and fit a small machine.";
    public string Measures => "`llava convert` of a seeded Vicuna-7B with CLIP-L/14-336 in float16 as a whole process, every file of the source and every tensor hashed, beside `cp` of the source; both end when the bytes are on the disk (fsync)";
    public string DoesNotMeasure => "a source that is in the page cache: it is put out of it before either side, and what the side before wrote is removed, off the clock";
    public int Rounds => 3;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        var (vision, text) = SeededPair.Vicuna7B;
        var (largest, total) = SeededPair.SizeOf(vision, text);
        var comparisons = new List<Comparison>();
        foreach (var (format, name) in new[] { (CheckpointFormat.Safetensors, "safetensors"), (CheckpointFormat.Bin, ".bin") })
        {
            var (source, converted, copied) = (Path.Combine(scratch, $"pair-{format}"), Path.Combine(scratch, "converted"), Path.Combine(scratch, "copied"));
            if (!File.Exists(Path.Combine(source, "text_model/config.json")))
                SeededPair.Write(source, vision, text, format);
            var (ours, theirs) = await Alternating.SecondsAsync(rounds, () => ConvertAsync(source, converted), () => CopyAsync(source, copied), () => PrepareAsync(source, converted, copied));
            await PrepareAsync(source, converted, copied);
            comparisons.Add(new(FormattableString.Invariant($"{total / 1e9:F1} GB of {name}, hf to cs-2.3"), "s", ours, theirs, "cp -r, then sync of its files", "ratio <= 1.3"));
        }
        comparisons.Add(new("largest resident memory", "MB", _peaks.Max(), null, "", FormattableString.Invariant($"< 2 x {largest / 1e6:F0} + 300 = {(2 * largest / 1e6) + 300:F0} MB")));
        return comparisons;
    }

    async Task ConvertAsync(string source, string output)
    {
        _peaks.Add((await MeasuredProcess.LlavaAsync("convert", "--src-fmt", "hf", "--tgt-fmt", "cs-2.3", "--output", output, source)).PeakMegabytes);
    }

    static Task CopyAsync(string source, string output) =>
        MeasuredProcess.RunAsync("/bin/sh", ["-c", "cp -r \"$0\" \"$1\" && sync \"$1\"/*/*", source, output]);

    // What is still to be written cannot leave the cache, hence the sync.
    static Task PrepareAsync(string source, string converted, string copied) =>
        MeasuredProcess.RunAsync("/bin/sh", ["-c", "rm -rf \"$1\" \"$2\" && sync && for file in \"$0\"/*/*; do dd if=\"$file\" iflag=nocache count=0 status=none || exit 1; done", source, converted, copied]);
}
