using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Serialization;
using Parquet.Serialization;

namespace Llava.Benchmarks;

/// <summary>Step 1 on inputs as large as the documented ones.</summary>
sealed class PreprocessBenchmark : IBenchmark
{
    const string Peer = """
        import json, sys
        with open(sys.argv[1]) as source:
            samples = json.load(source)
        with open(sys.argv[2], "w") as target:
            for sample in samples:
                target.write(json.dumps(sample) + "\n")
        """;

    const int PicturesInShard = 800;
    const int PictureBytes = 600_000;

    public string Name => "preprocess";
    public string Why => "Documented sets are arrays of up to 2 GB and parquet shards of some 500 MB, often one row group each.";
    public string Measures => "`llava json2jsonl` on made-up instructions beside Python's json.load and json.dumps, as the reference converts; `llava preprocess synthdog_en` on one shard of one row group beside cp of the same bytes; peak memory of both";
    public string DoesNotMeasure => "a cold disk: the inputs are in memory, the outputs are not waited for beyond the .jsonl files";
    public int Rounds => 5;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        var (array, large) = (WriteArray(scratch, "array", 400_000_000), WriteArray(scratch, "large", 2_000_000_000));
        var shard = await WriteShardAsync(Path.Combine(scratch, "synthdog", "train-00000-of-00001-made.parquet"));
        var output = Path.Combine(scratch, "out");
        var (ours, theirs) = await Alternating.SecondsAsync(rounds,
            () => FreshAsync(output, "json2jsonl", "--input", array),
            () => MeasuredProcess.RunAsync("/usr/bin/python3", ["-c", Peer, array, Path.Combine(scratch, "peer.jsonl")]));
        var largePeak = (await FreshAsync(output, "json2jsonl", "--input", large)).PeakMegabytes;
        var shardPeak = 0.0;
        var (unpack, copy) = await Alternating.SecondsAsync(rounds,
            async () => shardPeak = Math.Max(shardPeak, (await UnpackAsync(output, shard)).PeakMegabytes),
            () => MeasuredProcess.RunAsync("/bin/cp", [shard, Path.Combine(scratch, "copy.parquet")]));
        var (arrayMegabytes, shardMegabytes) = (new FileInfo(array).Length / 1e6, new FileInfo(shard).Length / 1e6);
        return
        [
            new("array of 0.4 GB to jsonl", "MB/s", arrayMegabytes / ours, arrayMegabytes / theirs, "python3 json", "100"),
            new("array of 2 GB, peak memory", "MB", largePeak, null, "", "below 400"),
            new("shard of 480 MB in one row group to pictures", "MB/s", shardMegabytes / unpack, shardMegabytes / copy, "cp", "limited by the disk"),
            new("the same, peak memory", "MB", shardPeak, null, "", "below 400"),
        ];
    }

    static Task<MeasuredProcess> UnpackAsync(string output, string shard) =>
        FreshAsync(output, "preprocess", "synthdog_en", "--input", Path.GetDirectoryName(shard)!, "--images", Path.Combine(output, "images"), "--image-prefix", "synthdog-en/images");

    static Task<MeasuredProcess> FreshAsync(string output, params string[] arguments)
    {
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        return MeasuredProcess.LlavaAsync([.. arguments, "--output", output]);
    }

    /// <summary>Instructions of the length of mix665k's, indented by none, a few of them not ASCII.</summary>
    static string WriteArray(string scratch, string name, long bytes)
    {
        var path = Path.Combine(scratch, name, name + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path) && new FileInfo(path).Length >= bytes)
            return path;
        using var file = new StreamWriter(path);
        file.Write('[');
        var turns = string.Join(", ", Enumerable.Range(0, 6).Select(turn => string.Create(CultureInfo.InvariantCulture, $$"""{"from": "{{(turn % 2 == 0 ? "human" : "gpt")}}", "value": "Sentence {{turn}} says that there is a red bar beside a blue one\n, and that the café\u2019s \"sign\" reads 12.5 %. It goes on for as long as answers do, more or less."}""")));
        for (var id = 0L; file.BaseStream.Position < bytes; id++)
            file.Write(string.Create(CultureInfo.InvariantCulture, $$"""{{(id == 0 ? "" : ", ")}}{"id": "{{id:000000000}}", "image": "coco/train2017/{{id:000000000000}}.jpg", "conversations": [{{turns}}]}"""));
        file.Write(']');
        return path;
    }

    static async Task<string> WriteShardAsync(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
            return path;
        var random = new Random(1);
        var rows = Enumerable.Range(0, PicturesInShard).Select(number => new Row
        {
            Image = new Picture { Bytes = PictureOf(random), Path = null },
            GroundTruth = $$$"""{"gt_parse": {"text_sequence": "made-up text of page {{{number}}}"}}""",
        }).ToArray();
        await ParquetSerializer.SerializeAsync(rows, path);
        return path;
    }

    /// <summary>A PNG from outside: what a photograph compresses to, between a right header and a right end.</summary>
    static byte[] PictureOf(Random random)
    {
        var file = new byte[PictureBytes];
        random.NextBytes(file);
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 3, 0, 0, 0, 2, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0 }.CopyTo(file, 0);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(33), file.Length - 33 - 12 - 12);
        "IDAT"u8.CopyTo(file.AsSpan(37));
        new byte[] { 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82 }.CopyTo(file, file.Length - 12);
        return file;
    }

    internal sealed class Row
    {
        [JsonPropertyName("image")]
        public Picture? Image { get; set; }

        [JsonPropertyName("ground_truth")]
        public string? GroundTruth { get; set; }
    }

    internal sealed class Picture
    {
        [JsonPropertyName("bytes")]
        public byte[]? Bytes { get; set; }

        [JsonPropertyName("path")]
        public string? Path { get; set; }
    }
}
