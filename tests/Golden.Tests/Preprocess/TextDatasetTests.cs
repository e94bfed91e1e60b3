using static Llava.Golden.Tests.Preprocess.PreprocessRun;

namespace Llava.Golden.Tests.Preprocess;

public sealed class TextDatasetTests
{
    static readonly string[] Datasets = ["ai2d", "arxivqa", "chartqa", "sp_docvqa", "infographics_docvqa", "dvqa"];

    [Fact]
    public async Task Every_file_of_the_reference_is_equal_byte_for_byte()
    {
        GoldenSet.Require(Part);
        await Comparison.EachAsync(Part, "lines of text datasets", Datasets.Where(name => GoldenSet.Has($"{Part}/{name}")), async dataset =>
        {
            using var folder = new ScratchFolder();
            await RunAsync(dataset, InputOf(dataset), folder);
            var lines = 0L;
            foreach (var file in Directory.EnumerateFiles(GoldenSet.Require($"{Part}/{dataset}/expected"), "*.jsonl", SearchOption.AllDirectories))
                lines += await CompareAsync(file, Path.Combine(folder["out"], Path.GetFileName(file)));
            return lines;
        });
    }

    /// <summary>The reference puts "jsonl" for every "json" of a name; ours changes the extension only.</summary>
    [Fact]
    public async Task Every_array_becomes_the_lines_of_the_reference()
    {
        var folders = GoldenSet.Folders($"{Part}/convert_json2jsonl/input");
        await Comparison.EachAsync(Part, "lines of arrays", folders, async name =>
        {
            using var folder = new ScratchFolder();
            var input = GoldenSet.Require($"{Part}/convert_json2jsonl/input/{name}");
            await RunAsync("convert_json2jsonl", input, folder);
            var lines = 0L;
            foreach (var file in Directory.EnumerateFiles(input, "*.json").Select(Path.GetFileNameWithoutExtension))
                lines += await CompareAsync(GoldenSet.Require($"{Part}/convert_json2jsonl/expected/{name}_to_jsonl/{file!.Replace("json", "jsonl", StringComparison.Ordinal)}.jsonl"), Path.Combine(folder["out"], file + ".jsonl"));
            return lines;
        });
    }

    static string InputOf(string dataset)
    {
        var input = GoldenSet.Require($"{Part}/{dataset}/input");
        return dataset switch
        {
            "ai2d" => Path.Combine(input, "questions"),
            "arxivqa" => Directory.GetFiles(input, "*.jsonl").Single(),
            _ => input,
        };
    }

    static async Task<long> CompareAsync(string expectedPath, string actualPath)
    {
        var expected = await File.ReadAllTextAsync(expectedPath);
        Assert.Equal(expected, await File.ReadAllTextAsync(actualPath));
        return expected.Count(character => character == '\n');
    }
}
