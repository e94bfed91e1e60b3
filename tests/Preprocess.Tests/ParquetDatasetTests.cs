using System.Buffers;
using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Images;
using Llava.Data.Json;
using Llava.Preprocess.Datasets;
using Llava.Tests;

namespace Llava.Preprocess.Tests;

public sealed class ParquetDatasetTests
{
    [Fact]
    public async Task SynthDog_differs_from_the_reference_in_the_drawn_question_only()
    {
        var expected = GoldenData.Require("preprocess/synthdog_en/expected");
        using var folder = new TemporaryFolder();
        await RunAsync("synthdog_en", GoldenData.Require("preprocess/synthdog_en/input/data"), folder, "synthdog-en/images", (0, 2));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(expected, "llava_processed_jsons")))
            Assert.Equal(File.ReadLines(file).Select(WithoutQuestion), File.ReadLines(folder["out/" + Path.GetFileNameWithoutExtension(file) + ".jsonl"]).Select(WithoutQuestion));
        var pictures = Directory.GetFiles(Path.Combine(expected, "synthdog-en/images"), "*.png", SearchOption.AllDirectories);
        Assert.All(pictures, path => Assert.Equal(Pixels(path), Pixels(path.Replace(Path.Combine(expected, "synthdog-en/images"), folder["images"]))));
        Assert.Equal(pictures.Length, Directory.GetFiles(folder["images"], "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task SynthDog_questions_follow_the_seed_and_mended_ids_are_unique()
    {
        var input = GoldenData.Require("preprocess/synthdog_en/input");
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        await RunAsync("synthdog_en", input, folder, "p", (0, 3), seed: 1, mend: true);
        await RunAsync("synthdog_en", input, other, "p", (0, 3), seed: 1, workers: 4, mend: true);
        var lines = Lines(folder);
        Assert.Equal(lines, Lines(other));
        Assert.Distinct(lines.Select(line => line.Split("\", ")[0]));
        await RunAsync("synthdog_en", input, other, "p", (0, 3), seed: 2, mend: true);
        Assert.NotEqual(lines, Lines(other));
    }

    [Theory]
    [InlineData("""{'a': 'it\'s "x"', "b": [True, None, 1.5]}""", """{"a": "it's \"x\"", "b": [true, null, 1.5]}""")]
    [InlineData("""{"a": "\/ \\ \u00e9 \x41 \d True"}""", """{"a": "\\/ \\ \u00e9 \u0041 \\d True"}""")]
    public void A_python_literal_becomes_json(string literal, string json) => Assert.Equal(json, PythonLiteral.ToJson(literal));

    [Fact]
    public async Task ArxivCap_has_the_samples_of_the_reference_one_a_line()
    {
        var expected = GoldenData.Require("preprocess/arxivcap/expected");
        using var folder = new TemporaryFolder();
        await RunAsync("arxivcap", GoldenData.Require("preprocess/arxivcap/input/data"), folder, "ArxivCap/images", (2, 4));
        var files = Directory.GetFiles(Path.Combine(expected, "llava_processed_jsons"));
        foreach (var file in files)
            Assert.Equal(File.ReadLines(file).SelectMany(Elements), File.ReadLines(folder["out/" + Path.GetFileName(file)]));
        var pictures = Directory.GetFiles(folder["images"], "*", SearchOption.AllDirectories);
        Assert.Equal(files.Sum(file => File.ReadLines(file).SelectMany(Elements).Count()), pictures.Length);
        Assert.All(pictures, path =>
        {
            using var ours = ImageDecoder.Decode(path);
            using var theirs = ImageDecoder.Decode(path.Replace(folder["images"], Path.Combine(expected, "images")));
            Assert.Equal((theirs.Width, theirs.Height), (ours.Width, ours.Height));
            Assert.Equal(ImageFormat.Jpeg, ImageFormatSniffer.Sniff(File.ReadAllBytes(path)));
            Assert.InRange(MeanDifference(ours.Pixels, theirs.Pixels), 0, 6);
        });
    }

    [Fact]
    public async Task A_picture_with_alpha_becomes_a_jpeg()
    {
        using var folder = new TemporaryFolder();
        await RunAsync("arxivcap", GoldenData.Require("preprocess/_failing/arxivcap_rgba_png"), folder, "p", null);
        Assert.Equal("", File.ReadAllText(folder["out/quarantine.jsonl"]));
        var picture = Assert.Single(Directory.GetFiles(folder["images"], "*", SearchOption.AllDirectories));
        Assert.Equal(ImageFormat.Jpeg, ImageFormatSniffer.Sniff(File.ReadAllBytes(picture)));
    }

    [Fact]
    public async Task Options_that_parquet_sets_need_are_asked_for_at_once()
    {
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => PreprocessStage.RunAsync(new PreprocessOptions { Dataset = "arxivcap", Input = "in", Output = "out" }, SilentStageLog.Instance, TestContext.Current.CancellationToken));
        Assert.Equal(
            """
            llava: error LLAVA1009: arxivcap holds its pictures inside: --images is needed
            llava: error LLAVA1009: arxivcap holds its pictures inside: --image-prefix is needed
            """,
            error.Message);
    }

    [Theory]
    [InlineData("not parquet at all")]
    [InlineData("")]
    public async Task A_damaged_parquet_file_is_named(string content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("in/train-00000-of-00001-x.parquet", content);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync("synthdog_en", folder["in"], folder, "p", null));
        Assert.StartsWith($"{path}: error LLAVA2011: the parquet file cannot be read: ", error.Message);
    }

    static Task RunAsync(string dataset, string input, TemporaryFolder folder, string prefix, (int, int)? range, long seed = 0, int workers = 2, bool mend = false, double maximumQuarantine = 0.1) => PreprocessStage.RunAsync(
        new PreprocessOptions { Dataset = dataset, Input = input, Output = folder["out"], Images = folder["images"], ImagePrefix = prefix, Range = range, Seed = seed, Workers = workers, Mend = mend, MaximumQuarantineShare = maximumQuarantine },
        SilentStageLog.Instance,
        TestContext.Current.CancellationToken);

    static string[] Lines(TemporaryFolder folder) => [.. Directory.GetFiles(folder["out"], "train-*.jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadAllLines)];

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

    static byte[] Pixels(string path)
    {
        using var picture = ImageDecoder.Decode(path);
        return picture.Pixels.ToArray();
    }

    static double MeanDifference(ReadOnlySpan<byte> ours, ReadOnlySpan<byte> theirs)
    {
        var sum = 0L;
        for (var place = 0; place < ours.Length; place++)
            sum += Math.Abs(ours[place] - theirs[place]);
        return sum / (double)ours.Length;
    }
}
