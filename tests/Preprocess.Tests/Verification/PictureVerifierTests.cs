using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Data.Images;
using Llava.Preprocess.Conversion;
using Llava.Preprocess.Verification;
using Llava.Tests;

namespace Llava.Preprocess.Tests.Verification;

public sealed class PictureVerifierTests : IDisposable
{
    static readonly byte[] Png = PngOf(4, 3);
    static readonly byte[] Gif = [.. "GIF89a"u8, 4, 0, 3, 0, 0, 0, 0];

    readonly TemporaryFolder _folder = new();

    public PictureVerifierTests() => Directory.CreateDirectory(_folder["pictures/a"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sample_without_a_good_picture_is_left_out_and_listed()
    {
        Put("a/sound.png", Png);
        Put("a/empty.png", []);
        Put("a/text.png", Encoding.ASCII.GetBytes("<html>404</html>"));
        Put("a/huge.png", PngOf(200_000, 200_000));
        WriteSamples("a/sound.png", "a/gone.png", "a/empty.png", "a/text.png", "a/huge.png", "/etc/passwd", "a/../../x.png");
        var log = await RunAsync();
        Assert.Equal(
            """
            {"id": 0, "image": "a/sound.png"}
            {"id": "text", "conversations": []}

            """,
            File.ReadAllText(_folder["out/samples.jsonl"]));
        Assert.Equal(
            """
            {"file":"samples.json","line":6,"id":"5","code":"LLAVA2006","reason":"the image path \"/etc/passwd\" leaves the image folder"}
            {"file":"samples.json","line":7,"id":"6","code":"LLAVA2006","reason":"the image path \"a/../../x.png\" leaves the image folder"}
            {"file":"samples.jsonl","line":2,"id":"1","code":"LLAVA3301","reason":"a/gone.png: there is no such image"}
            {"file":"samples.jsonl","line":3,"id":"2","code":"LLAVA3302","reason":"a/empty.png: the image has 0 bytes"}
            {"file":"samples.jsonl","line":4,"id":"3","code":"LLAVA3306","reason":"a/text.png: not a JPEG, PNG, GIF, WebP, TIFF or BMP image"}
            {"file":"samples.jsonl","line":5,"id":"4","code":"LLAVA3305","reason":"a/huge.png: the image has too many pixels"}

            """,
            File.ReadAllText(_folder["out/quarantine.jsonl"]));
        Assert.Equal((5, 1, 2, 2), (log.Counts["pictures"], log.Counts["pictures.LLAVA3301"], log.Counts["samples_written"], log.Counts["quarantined.LLAVA2006"]));
    }

    [Fact]
    public async Task Lines_are_the_references_own_where_every_picture_is_there()
    {
        Put("a/sound.png", Png);
        WriteSamples("a/sound.png");
        await RunAsync();
        var verified = File.ReadAllBytes(_folder["out/samples.jsonl"]);
        await RunAsync(PictureVerification.None);
        Assert.Equal(verified, File.ReadAllBytes(_folder["out/samples.jsonl"]));
    }

    [Fact]
    public async Task A_picture_of_another_format_is_reported_and_used()
    {
        Put("a/gif.jpg", Gif);
        WriteSamples("a/gif.jpg");
        var log = await RunAsync();
        Assert.Equal([$"{_folder["out/misnamed_pictures.txt"]}: warning LLAVA3309: 1 pictures are not what their names say, and are read as what they are: a/gif.jpg (Gif)"], log.Warnings);
        Assert.Equal("a/gif.jpg (Gif)\n", File.ReadAllText(_folder["out/misnamed_pictures.txt"]));
        Assert.Equal("", File.ReadAllText(_folder["out/quarantine.jsonl"]));
    }

    [Fact]
    public async Task Only_a_full_look_finds_a_picture_that_ends_too_early()
    {
        Put("a/cut.png", Png[..^20]);
        WriteSamples("a/cut.png");
        Assert.Equal(0, (await RunAsync()).Counts["quarantined"]);
        Assert.Equal(1, (await RunAsync(PictureVerification.Full)).Counts["quarantined.LLAVA3303"]);
        Assert.Equal(1, (await RunAsync()).Counts["quarantined.LLAVA3303"]);
    }

    [Fact]
    public async Task A_second_run_opens_only_what_has_changed()
    {
        foreach (var name in "abcdefgh")
            Put($"a/{name}.png", Png);
        WriteSamples([.. "abcdefgh".Select(name => $"a/{name}.png")]);
        Assert.Equal(8, (await RunAsync()).Counts["pictures_opened"]);
        Assert.Equal(0, (await RunAsync()).Counts["pictures_opened"]);
        Put("a/c.png", Gif);
        Assert.Equal(1, (await RunAsync()).Counts["pictures_opened"]);
        Assert.Equal(8, (await RunAsync(PictureVerification.Full)).Counts["pictures_opened"]);
        Assert.Equal(0, (await RunAsync()).Counts["pictures_opened"]);
    }

    [Fact]
    public async Task A_picture_that_comes_back_brings_its_samples_back()
    {
        Put("a/one.png", Png);
        WriteSamples("a/one.png", "a/two.png");
        await RunAsync();
        Assert.Equal($"good\t{Png.Length}\t\ta/one.png\nmissing\t\t\ta/two.png\n", File.ReadAllText(_folder["out/.watch.tsv"]));
        Put("a/two.png", Png);
        var log = await RunAsync();
        Assert.Equal((0, 3), (log.Counts["files_converted"], log.Counts["samples_written"]));
        Assert.Equal(3, File.ReadAllLines(_folder["out/samples.jsonl"]).Length);
        Assert.Equal($"good\t{Png.Length}\t\ta/one.png\ngood\t{Png.Length}\t\ta/two.png\n", File.ReadAllText(_folder["out/.watch.tsv"]));
    }

    [Fact]
    public async Task A_missing_folder_of_pictures_is_one_error()
    {
        WriteSamples("a/one.png");
        Directory.Delete(_folder["pictures"], recursive: true);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync());
        Assert.Equal($"{_folder["pictures"]}: error LLAVA1001: the folder of the pictures is missing (ImageDir); VerifyImages=none goes on without looking at any", error.Message);
    }

    [Theory]
    [InlineData("""{"id": 1, "image": "a"}""", "\"a\"", "1")]
    [InlineData("""{"x": [{"image": "no"}, "}\"]"], "image": "a\\", "id": "i,d"}""", "\"a\\\\\"", "\"i,d\"")]
    [InlineData("""{"image": ["a", "b"], "y": {}}""", """["a", "b"]""", "")]
    [InlineData("""{"id": null}""", "", "null")]
    [InlineData("{}", "", "")]
    [InlineData("[1, 2]", "", "")]
    [InlineData("12", "", "")]
    public void Fields_are_found_in_a_line_at_its_top_alone(string line, string image, string id)
    {
        TopLevelFields.Find(Encoding.UTF8.GetBytes(line), "image"u8, "id"u8, out var foundImage, out var foundId);
        Assert.Equal((image, id), (Encoding.UTF8.GetString(foundImage), Encoding.UTF8.GetString(foundId)));
    }

    [Fact]
    public void The_size_in_every_golden_picture_header_is_that_of_its_pixels()
    {
        var sizes = Directory.EnumerateFiles(GoldenData.Require("image_formats/files")).Order(StringComparer.Ordinal).Select(path => (path, claimed: ImageHeader.ReadSize(File.ReadAllBytes(path)))).Where(pair => pair.claimed is not null).ToArray();
        Assert.NotEmpty(sizes);
        Assert.All(sizes, pair =>
        {
            using var picture = ImageDecoder.Decode(pair.path);
            Assert.Equal((picture.Width, picture.Height), pair.claimed);
        });
    }

    static byte[] PngOf(int width, int height)
    {
        var file = new MemoryStream();
        PngWriter.Write(file, 4, 3, new byte[36]);
        var bytes = file.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        return bytes;
    }

    void Put(string name, byte[] content)
    {
        File.WriteAllBytes(_folder[$"pictures/{name}"], content);
        File.SetLastWriteTimeUtc(_folder[$"pictures/{name}"], new DateTime(2001, 2, 3, 4, 5, content.Length % 60, DateTimeKind.Utc));
    }

    void WriteSamples(params string[] images)
    {
        var samples = images.Select((image, id) => $$"""{"id": {{id}}, "image": "{{image}}"}""").Append("""{"id": "text", "conversations": []}""");
        _folder.Write("in/samples.json", $"[{string.Join(", ", samples)}]");
    }

    async Task<CountingLog> RunAsync(PictureVerification verification = PictureVerification.Header)
    {
        var log = new CountingLog();
        await PreprocessStage.RunAsync(
            new PreprocessOptions { Dataset = "convert_json2jsonl", Input = _folder["in"], Output = _folder["out"], ImageRoot = _folder["pictures"], VerifyImages = verification, MaximumQuarantineShare = 1, Workers = 2 },
            log,
            TestContext.Current.CancellationToken);
        return log;
    }
}
