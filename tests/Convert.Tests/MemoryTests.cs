using System.Globalization;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Model.Mapping;
using Llava.Tests;

namespace Llava.Conversion.Tests;

[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>The bound that benchmark "convert" measures at 13 GB, at a size that CI can afford.</summary>
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    /// <param name="besides">MB that the way from one format to the other takes; transposed matrices pass through a band of 32.</param>
    [Theory]
    [InlineData(false, 20)]
    [InlineData(true, 60)]
    public async Task Converting_takes_the_same_memory_whatever_the_models_size(bool transposed, long besides)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        using var scratch = new ScratchFolder();
        var vision = new ClipVisionConfig { HiddenSize = 64, ImageSize = 56, IntermediateSize = 128, NumAttentionHeads = 4, NumHiddenLayers = 2, PatchSize = 14 };
        var text = new LlavaTextConfig { HiddenSize = 1024, IntermediateSize = 2752, NumAttentionHeads = 8, NumHiddenLayers = 8 };
        var (largest, total) = SeededPair.SizeOf(vision, text);
        Assert.InRange(total, 5 * largest / 2, 8 * largest);
        SeededPair.Write(scratch["pair"], vision, text);
        if (transposed)
            TransposedWeights.Replace(scratch["pair/text_model"]);

        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5"); // starts the peak anew
        var before = Kilobytes("VmRSS");
        await ConvertStage.RunAsync(new ConvertOptions(scratch["pair"], ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]), SilentStageLog.Instance, default);
        Assert.InRange(1024 * (Kilobytes("VmHWM") - before), 0, largest + besides * 1_000_000);
    }

    static long Kilobytes(string name) =>
        long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
}
