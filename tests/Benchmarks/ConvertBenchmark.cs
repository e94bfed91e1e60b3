using Llava.Tests;

namespace Llava.Benchmarks;

/// <summary>Step 4 at its real size: 13 GB from Hugging Face's layout to ModelZoo's.</summary>
sealed class ConvertBenchmark : IBenchmark
{
    readonly List<double> _peaks = [];

    public string Name => "convert";
    public string Why => "A conversion should cost what copying the files costs, and fit a small machine.";
    public string Measures => "`llava convert` of a seeded Vicuna-7B with CLIP-L/14-336 in float16 as a whole process, every file of the source and every tensor hashed, beside `cp` of the source; both end when the bytes are on the disk (fsync)";
    public string DoesNotMeasure => "a source that is in the page cache as a whole: source and result are larger than the memory";
    public int Rounds => 3;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        var (source, converted, copied) = (Path.Combine(scratch, "pair"), Path.Combine(scratch, "converted"), Path.Combine(scratch, "copied"));
        var (vision, text) = SeededPair.Vicuna7B;
        if (!File.Exists(Path.Combine(source, "text_model/config.json")))
            SeededPair.Write(source, vision, text);
        var (largest, total) = SeededPair.SizeOf(vision, text);
        var (ours, theirs) = await Alternating.SecondsAsync(rounds, () => ConvertAsync(source, converted), () => CopyAsync(source, copied));
        Directory.Delete(converted, recursive: true);
        Directory.Delete(copied, recursive: true);
        return
        [
            new(FormattableString.Invariant($"{total / 1e9:F1} GB, hf to cs-2.3"), "s", ours, theirs, "cp -r, then sync of its files", "ratio <= 1.3"),
            new("largest resident memory", "MB", _peaks.Max(), null, "", FormattableString.Invariant($"< 2 x {largest / 1e6:F0} + 300 = {(2 * largest / 1e6) + 300:F0} MB")),
        ];
    }

    async Task ConvertAsync(string source, string output)
    {
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        _peaks.Add((await MeasuredProcess.LlavaAsync("convert", "--src-fmt", "hf", "--tgt-fmt", "cs-2.3", "--output", output, source)).PeakMegabytes);
    }

    static async Task CopyAsync(string source, string output)
    {
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        await MeasuredProcess.RunAsync("/bin/sh", ["-c", "cp -r \"$0\" \"$1\" && sync \"$1\"/*/*", source, output]);
    }
}
