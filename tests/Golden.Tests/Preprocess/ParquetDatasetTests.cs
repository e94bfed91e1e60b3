using System.Buffers;
using System.Text;
using System.Text.Json;
using Llava.Data.Images;
using Llava.Data.Json;
using static Llava.Golden.Tests.Preprocess.PreprocessRun;

namespace Llava.Golden.Tests.Preprocess;

public sealed class ParquetDatasetTests
{
    [Fact]
    public async Task SynthDog_differs_from_the_reference_in_the_drawn_question_only()
    {
        var (expected, prefix, range) = RunOf("synthdog_en");
        using var folder = new ScratchFolder();
        await RunAsync("synthdog_en", GoldenSet.Require($"{Part}/synthdog_en/input/data"), folder, prefix, range, maximumQuarantine: 0.1);
        Comparison.Each(Part, "lines of SynthDog", Directory.EnumerateFiles(Path.Combine(expected, "llava_processed_jsons")), file =>
        {
            string[] lines = [.. File.ReadLines(file).Select(WithoutQuestion)];
            Assert.Equal(lines, File.ReadLines(Path.Combine(folder["out"], Path.GetFileNameWithoutExtension(file) + ".jsonl")).Select(WithoutQuestion));
            return lines.Length;
        });
        var pictures = Directory.GetFiles(Path.Combine(expected, prefix), "*.png", SearchOption.AllDirectories);
        Assert.Equal(pictures.Length, Directory.GetFiles(folder["images"], "*", SearchOption.AllDirectories).Length);
        Comparison.Each(Part, "pictures of SynthDog", pictures, path =>
        {
            using var theirs = ImageDecoder.Decode(path);
            using var ours = ImageDecoder.Decode(Path.Combine(folder["images"], Path.GetRelativePath(Path.Combine(expected, prefix), path)));
            Assert.Equal(theirs.Pixels, ours.Pixels);
            return 1;
        });
    }

    [Fact]
    public async Task ArxivCap_has_the_samples_of_the_reference_one_a_line()
    {
        var (expected, prefix, range) = RunOf("arxivcap");
        using var folder = new ScratchFolder();
        await RunAsync("arxivcap", GoldenSet.Require($"{Part}/arxivcap/input/data"), folder, prefix, range, maximumQuarantine: 0.1);
        var samples = 0L;
        Comparison.Each(Part, "lines of ArxivCap", Directory.GetFiles(Path.Combine(expected, "llava_processed_jsons")), file =>
        {
            string[] lines = [.. File.ReadLines(file).SelectMany(Elements)];
            Assert.Equal(lines, File.ReadLines(Path.Combine(folder["out"], Path.GetFileName(file))));
            samples += lines.Length;
            return lines.Length;
        });
        var pictures = Directory.GetFiles(folder["images"], "*", SearchOption.AllDirectories);
        Assert.Equal(samples, pictures.Length);
        Comparison.Each(Part, "pictures of ArxivCap", pictures, path => CompareRoughly(path, Path.Combine(expected, "images", Path.GetRelativePath(folder["images"], path))));
    }

    static (string Expected, string Prefix, (int, int) Range) RunOf(string dataset)
    {
        var expected = GoldenSet.Require($"{Part}/{dataset}/expected");
        using var run = JsonDocument.Parse(File.ReadAllText(Path.Combine(expected, "run.json")));
        var range = run.RootElement.Integers("parquet_range");
        return (expected, run.RootElement.GetProperty("image_prefix").GetString()!, (range[0], range[1]));
    }

    /// <summary>Both encode JPEG of quality 75, by different encoders.</summary>
    static long CompareRoughly(string path, string expectedPath)
    {
        using var ours = ImageDecoder.Decode(path);
        using var theirs = ImageDecoder.Decode(expectedPath);
        Assert.Equal((theirs.Width, theirs.Height), (ours.Width, ours.Height));
        Assert.Equal(ImageFormat.Jpeg, ImageFormatSniffer.Sniff(File.ReadAllBytes(path)));
        Assert.InRange(MeanDifference(ours.Pixels, theirs.Pixels), 0, 6);
        return 1;
    }

    static string WithoutQuestion(string line)
    {
        var question = line.IndexOf("<image>", StringComparison.Ordinal);
        return line[..question] + line[line.IndexOf("\"}, {", StringComparison.Ordinal)..];
    }

    static IEnumerable<string> Elements(string array) => ((PythonValue.List)PythonJsonParser.Parse(Encoding.UTF8.GetBytes(array))).Items.Select(item =>
    {
        var text = new ArrayBufferWriter<byte>();
        new PythonJsonWriter(text).Write(item);
        return Encoding.ASCII.GetString(text.WrittenSpan);
    });

    static double MeanDifference(ReadOnlySpan<byte> ours, ReadOnlySpan<byte> theirs)
    {
        var sum = 0L;
        for (var place = 0; place < ours.Length; place++)
            sum += Math.Abs(ours[place] - theirs[place]);
        return sum / (double)ours.Length;
    }
}
