using System.Text.Json.Nodes;
using Llava.Contracts.Files;

namespace Llava.Hdf5.Tests;

/// <summary>Tokenized input files are kept, and only what has changed is tokenized again.</summary>
public sealed class ShardTests : IDisposable
{
    readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task One_more_file_is_the_only_one_that_is_tokenized()
    {
        _run.WriteSamples("a.jsonl", 0, 40);
        _run.WriteSamples("c.jsonl", 100, 40);
        await _run.RunAsync("shuffle.seed=3");
        _run.WriteSamples("b.jsonl", 200, 30);
        await _run.RunAsync("shuffle.seed=3");
        Assert.Equal(["tokenizing b.jsonl"], _run.Log.Tokenized);
        Assert.Equal((1, 2), (_run.Log.Counts["files_tokenized"], _run.Log.Counts["files_taken_over"]));
        await AssertSameFromNothing("shuffle.seed=3");
    }

    [Fact]
    public async Task A_file_taken_away_is_gone_from_the_rows_and_from_the_store()
    {
        _run.WriteSamples("a.jsonl", 0, 40);
        _run.WriteSamples("b.jsonl", 100, 40);
        await _run.RunAsync();
        File.Delete(Path.Combine(_run.Folder, "in", "a.jsonl"));
        await _run.RunAsync();
        Assert.Empty(_run.Log.Tokenized);
        Assert.Single(_run.Shards);
        await AssertSameFromNothing();
    }

    [Fact]
    public async Task How_rows_are_cut_into_files_and_ordered_tokenizes_nothing()
    {
        _run.WriteSamples("a.jsonl", 0, 40);
        await _run.RunAsync();
        await _run.RunAsync("processing.files_per_record=7", "shuffle.seed=1", "setup.processes=2");
        Assert.Empty(_run.Log.Tokenized);
        await _run.RunAsync("processing.max_seq_length=180");
        Assert.Equal(["tokenizing a.jsonl"], _run.Log.Tokenized);
        await _run.RunAsync("processing.max_seq_length=180", "dataset.use_ftfy=false");
        Assert.Equal(["tokenizing a.jsonl"], _run.Log.Tokenized);
    }

    [Fact]
    public async Task A_file_one_of_whose_images_came_or_went_is_tokenized_again()
    {
        _run.WriteSamples("a.jsonl", 0, 40);
        _run.WriteSamples("b.jsonl", 100, 40);
        var image = Path.Combine(_run.Folder, "images", SmallRun.ImageOf(101));
        File.Delete(image);
        await _run.RunAsync();
        Assert.Equal(79, _run.Rows().Count);
        File.WriteAllBytes(image, []);
        await _run.RunAsync();
        Assert.Equal(["tokenizing b.jsonl"], _run.Log.Tokenized);
        Assert.Equal(80, _run.Rows().Count);
        File.Delete(image);
        await _run.RunAsync();
        Assert.Equal(["tokenizing b.jsonl"], _run.Log.Tokenized);
        Assert.Equal(79, _run.Rows().Count);
    }

    [Fact]
    public async Task A_shard_that_is_cut_short_is_made_again()
    {
        _run.WriteSamples("a.jsonl", 0, 40);
        await _run.RunAsync();
        using (var shard = File.OpenWrite(Assert.Single(_run.Shards)))
            shard.SetLength(shard.Length - 5);
        await _run.RunAsync();
        Assert.Equal(["tokenizing a.jsonl"], _run.Log.Tokenized);
        await AssertSameFromNothing();
    }

    [Fact]
    public async Task What_is_taken_over_keeps_its_ledger_and_its_statistics()
    {
        _run.WriteSamples("a.jsonl", 0, 40);
        File.AppendAllText(Path.Combine(_run.Folder, "in", "a.jsonl"), "{\"id\": 7, \"image\": \"nowhere.png\", \"conversations\": [{\"value\": \"a\"}, {\"value\": \"b\"}]}\n[]\n");
        await _run.RunAsync();
        var (ledger, parameters) = (Read(QuarantineLedger.FileName), Read("data_params.json"));
        Assert.Contains("there is no image", ledger, StringComparison.Ordinal);
        await _run.RunAsync();
        Assert.Empty(_run.Log.Tokenized);
        Assert.Equal(ledger, Read(QuarantineLedger.FileName));
        Assert.Equal(parameters, Read("data_params.json"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(53)]
    public async Task No_number_of_workers_changes_a_byte(int samples)
    {
        _run.WriteSamples("a.jsonl", 0, samples);
        _run.WriteSamples("b.jsonl", 100, samples * 3, _ => string.Concat(Enumerable.Repeat("a word and another ", 3)));
        await _run.RunAsync("setup.processes=1");
        var one = _run.Fingerprint();
        foreach (var workers in new[] { 2, 4, 8 })
        {
            Directory.Delete(_run.Output, recursive: true);
            await _run.RunAsync($"setup.processes={workers}");
            Assert.Equal(one, _run.Fingerprint());
        }
        Assert.Equal(4 * samples, (int?)JsonNode.Parse(Read("data_params.json"))!["samples"]!["written"]);
    }

    [Fact]
    public async Task An_image_path_of_a_thousand_bytes_arrives_whole()
    {
        var path = string.Join('/', Enumerable.Repeat(string.Concat(Enumerable.Repeat("\u732b", 60)), 5)) + "/" + new string('x', 92) + ".png";
        Assert.Equal(1001, System.Text.Encoding.UTF8.GetByteCount(path));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_run.Folder, "images", path))!);
        File.WriteAllBytes(Path.Combine(_run.Folder, "images", path), []);
        File.WriteAllText(Path.Combine(_run.Folder, "in", "a.jsonl"), $"{{\"image\": \"{path}\", \"conversations\": [{{\"value\": \"<image>Where?\"}}, {{\"value\": \"Here.\"}}]}}\n");
        await _run.RunAsync("shuffle.seed=1");
        Assert.StartsWith(path + " ", Assert.Single(_run.Rows()), StringComparison.Ordinal);
    }

    async Task AssertSameFromNothing(params string[] overrides)
    {
        var fingerprint = _run.Fingerprint();
        Directory.Delete(_run.Output, recursive: true);
        await _run.RunAsync(overrides);
        Assert.Equal(fingerprint, _run.Fingerprint());
    }

    string Read(string name) => File.ReadAllText(Path.Combine(_run.Output, name));
}
