using Llava.Contracts.Diagnostics;
using Llava.Tests;

namespace Llava.Preprocess.Tests.Shards;

public sealed class ShardStoreTests : IDisposable
{
    static readonly string Golden = GoldenData.Require("preprocess/synthdog_en/input/data");
    static readonly string[] Shards = [.. Directory.GetFiles(Golden, "*.parquet").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_added_shard_is_converted_alone_and_the_result_is_that_of_a_run_over_all()
    {
        Add(Shards[0], Shards[1]);
        Assert.Equal(2, await ConvertedFilesAsync());
        var before = Written().Where(pair => !pair.Key.EndsWith("quarantine.jsonl", StringComparison.Ordinal)).Select(pair => (pair.Key, File.GetLastWriteTimeUtc(_folder[pair.Key]))).ToArray();
        Add(Shards[2]);
        Assert.Equal(1, await ConvertedFilesAsync());
        Assert.All(before, file => Assert.Equal(file.Item2, File.GetLastWriteTimeUtc(_folder[file.Key])));
        var inParts = Written();
        Directory.Delete(_folder["out"], recursive: true);
        Directory.Delete(_folder["images"], recursive: true);
        Assert.Equal(3, await ConvertedFilesAsync(workers: 5));
        Assert.Equal(inParts, Written());
    }

    [Fact]
    public async Task A_removed_shard_takes_its_lines_and_pictures_with_it_and_no_other_file()
    {
        Add(Shards[0], Shards[1]);
        await ConvertedFilesAsync();
        var alone = Written();
        Add(Shards[2]);
        await ConvertedFilesAsync();
        _folder.Write("images/train/00002/mine.png", "not the stage's");
        File.Delete(_folder[$"in/{Shards[2]}"]);
        Assert.Equal(0, await ConvertedFilesAsync());
        File.Delete(_folder["images/train/00002/mine.png"]);
        Assert.Equal(alone, Written());
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_with_the_shards_that_were_not_done()
    {
        Add(Shards);
        using var stop = new CancellationTokenSource();
        var first = new FileInfo(_folder[$"in/{Shards[0]}"]).Length;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(new CountingLog(progress => StopBehind(first, progress.Done, stop)), stop.Token));
        Assert.Empty(Directory.GetFiles(_folder["out"]));
        Assert.Equal(2, await ConvertedFilesAsync());
        Assert.Equal(3, Directory.GetFiles(_folder["out"], "train-*.jsonl").Length);
        Assert.Empty(Directory.GetFiles(_folder["out"], "*.partial", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }));
    }

    [Theory]
    [InlineData("out/train-00001-of-00003-26dbc51f3d0903b9.jsonl")]
    [InlineData("images/train/00001/0000001.png")]
    public async Task A_shard_whose_output_is_not_what_was_written_is_converted_again(string output)
    {
        Add(Shards);
        await ConvertedFilesAsync();
        var whole = Written();
        await File.AppendAllTextAsync(_folder[output], "x", TestContext.Current.CancellationToken);
        Assert.Equal(1, await ConvertedFilesAsync());
        File.Delete(_folder[output]);
        Assert.Equal(1, await ConvertedFilesAsync());
        Assert.Equal(whole, Written());
    }

    [Fact]
    public async Task Content_settings_and_code_decide_and_times_do_not()
    {
        Add(Shards);
        await ConvertedFilesAsync();
        foreach (var path in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(path => !path.Contains(".shards", StringComparison.Ordinal)))
            File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Assert.Equal(0, await ConvertedFilesAsync());
        Assert.Equal(3, await ConvertedFilesAsync(seed: 2));
        Assert.Equal(3, await ConvertedFilesAsync(seed: 2, code: "next"));
        Assert.Equal(0, await ConvertedFilesAsync(seed: 2, code: "next", maximumQuarantine: 0.5));
        File.Copy(Path.Combine(Golden, Shards[0]), _folder[$"in/{Shards[1]}"], overwrite: true);
        Assert.Equal(1, await ConvertedFilesAsync(seed: 2, code: "next"));
    }

    [Fact]
    public async Task Arrays_are_converted_one_by_one_too()
    {
        _folder.Write("in/a.json", "[1]");
        _folder.Write("in/b.json", "[2]");
        Assert.Equal(2, await ConvertedFilesAsync("convert_json2jsonl"));
        _folder.Write("in/b.json", "[2, 3]");
        Assert.Equal(1, await ConvertedFilesAsync("convert_json2jsonl"));
        Assert.Equal("2\n3\n", File.ReadAllText(_folder["out/b.jsonl"]));
    }

    [Fact]
    public async Task Two_shards_of_one_number_are_refused()
    {
        Add(Shards[0]);
        File.Copy(_folder[$"in/{Shards[0]}"], _folder["in/train-00000-of-00003-other.parquet"]);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ConvertedFilesAsync());
        Assert.Equal($"{_folder["in/train-00000-of-00003-other.parquet"]}: error LLAVA2012: the pictures of this shard would replace those of train-00000-of-00003-26dbc51f3d0903b9: both are number train-00000; keep one of them", error.Message);
    }

    static void StopBehind(long bytes, long done, CancellationTokenSource stop)
    {
        if (done > bytes)
            stop.Cancel();
    }

    void Add(params string[] shards)
    {
        Directory.CreateDirectory(_folder["in"]);
        foreach (var shard in shards)
            File.Copy(Path.Combine(Golden, shard), _folder[$"in/{shard}"]);
    }

    SortedDictionary<string, string> Written() => new(
        new[] { "out", "images" }.SelectMany(name => Directory.EnumerateFiles(_folder[name], "*", new EnumerationOptions { RecurseSubdirectories = name == "images" }))
            .ToDictionary(path => Path.GetRelativePath(_folder.Path, path), path => Convert.ToHexString(File.ReadAllBytes(path))),
        StringComparer.Ordinal);

    async Task<double> ConvertedFilesAsync(string dataset = "synthdog_en", int workers = 2, long seed = 1, string code = "this", double maximumQuarantine = 0.2)
    {
        var log = new CountingLog();
        await RunAsync(log, TestContext.Current.CancellationToken, dataset, workers, seed, code, maximumQuarantine);
        return log.Counts["files_converted"];
    }

    Task RunAsync(CountingLog log, CancellationToken cancellation, string dataset = "synthdog_en", int workers = 2, long seed = 1, string code = "this", double maximumQuarantine = 0.2) => PreprocessStage.RunAsync(
        new PreprocessOptions { Dataset = dataset, Input = _folder["in"], Output = _folder["out"], Images = _folder["images"], ImagePrefix = "p", Seed = seed, Mend = true, CodeVersion = code, Workers = workers, MaximumQuarantineShare = maximumQuarantine },
        log,
        cancellation);
}
