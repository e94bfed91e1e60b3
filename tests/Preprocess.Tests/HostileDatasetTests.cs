using System.Text.Json.Nodes;
using Llava.Contracts.Progress;
using Llava.Tests;
using Parquet.Serialization;

namespace Llava.Preprocess.Tests;

/// <summary>Datasets that try to write elsewhere, to have other files than pictures read, or to take files away.</summary>
public sealed class HostileDatasetTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Everything() => [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder.Path, path)).Order(StringComparer.Ordinal)];

    Task RunAsync(string dataset, string? images = null) => PreprocessStage.RunAsync(
        new PreprocessOptions { Dataset = dataset, Input = _folder["inside/in"], Output = _folder["inside/out"], Images = images, ImagePrefix = images is null ? null : "p", Workers = 1, MaximumQuarantineShare = 1 },
        SilentStageLog.Instance,
        TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("../secret.png")]
    [InlineData("a/../../secret.png")]
    [InlineData("/etc/passwd")]
    [InlineData("a\u0000.png")]
    public async Task A_path_out_of_the_image_folder_is_no_picture(string path)
    {
        _folder.Write("inside/in/a.json", $$"""[{"id": "1", "image": {{JsonValue.Create(path)!.ToJsonString()}}, "conversations": []}, {"id": "2", "image": "fine.png", "conversations": []}]""");
        await RunAsync("convert_json2jsonl");
        Assert.Equal("""{"id": "2", "image": "fine.png", "conversations": []}""" + "\n", File.ReadAllText(_folder["inside/out/a.jsonl"]));
        Assert.Contains("\"code\":\"LLAVA2006\"", File.ReadAllText(_folder["inside/out/quarantine.jsonl"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"image": "fine.png", "id": "1", "image": "../secret.png"}""")]
    [InlineData("""{"ima\u0067e": "../secret.png", "id": "1"}""")]
    [InlineData("""{"image": "\u002e\u002e/secret.png", "id": "1"}""")]
    [InlineData("""{"image": "\u002fetc/passwd", "id": "1"}""")]
    [InlineData("""{ "id":{"image":"fine.png"} , "image" : "../secret.png"}""")]
    public async Task A_path_in_disguise_is_known(string sample)
    {
        _folder.Write("inside/in/a.json", $"[{sample}]");
        await RunAsync("convert_json2jsonl");
        Assert.Equal("", File.ReadAllText(_folder["inside/out/a.jsonl"]));
    }

    [Theory]
    [InlineData("../escaped.jpg")]
    [InlineData("../figure/../../../escaped.jpg")]
    [InlineData("paper/figure/../../../escaped.jpg")]
    [InlineData("/temporary/escaped.jpg")]
    [InlineData("..\u0000/figure.jpg")]
    public async Task A_picture_inside_parquet_is_not_written_outside(string path)
    {
        Directory.CreateDirectory(_folder["inside/in"]);
        await ParquetSerializer.SerializeAsync([new Paper { caption_images = [new Caption { caption = "c", cil_pairs = [new Figure { image_file = path, image = new Picture { bytes = Jpeg } }] }] }], _folder["inside/in/arXiv_src_0001_000.parquet"], cancellationToken: TestContext.Current.CancellationToken);
        await RunAsync("arxivcap", _folder["inside/images"]);
        Assert.Contains("\"code\":\"LLAVA2006\"", File.ReadAllText(_folder["inside/out/quarantine.jsonl"]), StringComparison.Ordinal);
        Assert.DoesNotContain(Everything(), file => file.EndsWith(".jpg", StringComparison.Ordinal));
        Assert.False(Directory.Exists("/temporary"));
    }

    [Fact]
    public async Task A_parquet_picture_in_its_place_is_written()
    {
        Directory.CreateDirectory(_folder["inside/in"]);
        await ParquetSerializer.SerializeAsync([new Paper { caption_images = [new Caption { caption = "c", cil_pairs = [new Figure { image_file = "paper/a.jpg", image = new Picture { bytes = Jpeg } }] }] }], _folder["inside/in/arXiv_src_0001_000.parquet"], cancellationToken: TestContext.Current.CancellationToken);
        await RunAsync("arxivcap", _folder["inside/images"]);
        Assert.Contains("inside/images/paper/a.jpg", Everything());
    }

    [Theory]
    [InlineData("../../precious.txt")]
    [InlineData("ABSOLUTE")]
    public async Task A_record_of_an_earlier_run_cannot_have_other_files_removed(string picture)
    {
        var precious = _folder.Write("precious.txt", "mine");
        _folder.Write("inside/in/a.json", "[1]");
        var path = picture == "ABSOLUTE" ? precious : picture;
        // Of a shard that is no more: its pictures go.
        _folder.Write("inside/out/.shards/gone.jsonl.json", $$"""{"Key": "k", "Inputs": [], "Output": {"Path": "gone.jsonl", "SizeBytes": 0, "ModifiedTicks": 0, "Sha256": ""}, "SamplesWritten": 0, "Quarantined": [], "Pictures": [{"Path": {{JsonValue.Create(path)!.ToJsonString()}}, "SizeBytes": 4, "ModifiedTicks": 0, "Sha256": ""}]}""");
        Directory.CreateDirectory(_folder["inside/images"]);
        await RunAsync("convert_json2jsonl", _folder["inside/images"]);
        Assert.Equal("mine", File.ReadAllText(precious));
        Assert.False(File.Exists(_folder["inside/out/.shards/gone.jsonl.json"]));
    }

    [Fact]
    public async Task File_names_are_names_and_nothing_else()
    {
        string[] names = ["$(touch marker)", "`touch marker`", "a;b", "-o", "@response", "%2e%2e%2fescaped", "a\\..\\escaped", "quote\"'", "line\nbreak"];
        foreach (var name in names)
            _folder.Write($"inside/in/{name}.json", "[1]");
        await RunAsync("convert_json2jsonl");
        Assert.Equal(names.Select(name => $"{name}.jsonl").Order(StringComparer.Ordinal), Directory.GetFiles(_folder["inside/out"], "*.jsonl").Select(path => Path.GetFileName(path)).Where(name => name != "quarantine.jsonl").Order(StringComparer.Ordinal));
        Assert.Equal(["inside"], Directory.GetFileSystemEntries(_folder.Path).Select(path => Path.GetFileName(path)));
    }

    static byte[] Jpeg => File.ReadAllBytes(Directory.EnumerateFiles(GoldenData.Require("preprocess/arxivcap/expected/images"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First());

    // As in the dataset.
    internal sealed class Paper
    {
        public List<Caption> caption_images { get; set; } = [];
    }

    internal sealed class Caption
    {
        public string? caption { get; set; }

        public List<Figure> cil_pairs { get; set; } = [];
    }

    internal sealed class Figure
    {
        public string? sub_caption { get; set; }

        public string? image_file { get; set; }

        public Picture? image { get; set; }
    }

    internal sealed class Picture
    {
        public byte[]? bytes { get; set; }

        public string? path { get; set; }
    }
}
