using Llava.Contracts.Diagnostics;
using static Llava.Preprocess.Tests.PreprocessRun;

namespace Llava.Preprocess.Tests;

public sealed class PreprocessStageTests
{
    [Fact]
    public async Task Every_missing_file_is_reported_at_once()
    {
        using var folder = new TemporaryFolder();
        var present = folder.Write("raw/train/train_human.json", "[]");
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync("chartqa", folder["raw"], folder["out"]));
        Assert.Equal(5, error.Diagnostics.Count);
        Assert.Equal($"{folder["raw"]}/train/train_augmented.json: error LLAVA1001: this file of the dataset is missing", error.Diagnostics[0].ToString());
        Assert.DoesNotContain(present, error.Message);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public async Task An_unknown_dataset_is_answered_with_the_known_ones()
    {
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync("chartq", "in", "out"));
        Assert.StartsWith("llava: error LLAVA2008: no dataset is called \"chartq\"; there are ", error.Message);
    }

    [Fact]
    public async Task A_broken_element_is_quarantined_and_the_others_are_written()
    {
        using var folder = new TemporaryFolder();
        folder.Write("raw/a.json", """[1, nope, {"a": }, 4]""");
        await RunAsync("convert_json2jsonl", folder["raw"], folder["out"], maximumQuarantine: 0.5);
        Assert.Equal("1\n4\n", File.ReadAllText(folder["out/a.jsonl"]));
        Assert.Equal(
            """
            {"file":"a.json","line":2,"id":null,"code":"LLAVA2002","reason":"expected a value at byte 1"}
            {"file":"a.json","line":3,"id":null,"code":"LLAVA2002","reason":"expected a value at byte 7"}

            """,
            File.ReadAllText(folder["out/quarantine.jsonl"]));
    }

    [Fact]
    public async Task A_prefix_is_put_before_the_pictures_of_an_array()
    {
        using var folder = new TemporaryFolder();
        folder.Write("raw/a.json", """[{"id": "1", "image": "0001.jpg"}, {"id": "2"}]""");
        await PreprocessStage.RunAsync(
            new PreprocessOptions { Dataset = "convert_json2jsonl", Input = folder["raw"], Output = folder["out"], ImagePrefix = "LCS-558K/images" },
            Contracts.Progress.SilentStageLog.Instance, TestContext.Current.CancellationToken);
        Assert.Equal("{\"id\": \"1\", \"image\": \"LCS-558K/images/0001.jpg\"}\n{\"id\": \"2\"}\n", File.ReadAllText(folder["out/a.jsonl"]));
    }

    [Fact]
    public async Task Too_many_unusable_samples_fail_the_stage_and_leave_the_earlier_output()
    {
        using var folder = new TemporaryFolder();
        folder.Write("raw/a.json", "[1]");
        await RunAsync("convert_json2jsonl", folder["raw"], folder["out"]);
        folder.Write("raw/a.json", "[1, nope]");
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync("convert_json2jsonl", folder["raw"], folder["out"]));
        Assert.Equal($"{folder["out/quarantine.jsonl"]}: error LLAVA2001: 1 of 2 samples cannot be used, more than the 5 % allowed (MaxQuarantine): 1 x LLAVA2002 a sample is not JSON", error.Message);
        Assert.Equal("1\n", File.ReadAllText(folder["out/a.jsonl"]));
        Assert.Empty(Directory.GetFiles(folder["out"], "*.partial"));
    }

    [Fact]
    public async Task Outputs_of_an_earlier_run_go_when_their_input_has_gone_and_no_other_file_does()
    {
        using var folder = new TemporaryFolder();
        folder.Write("raw/a.json", "[1]");
        var old = folder.Write("raw/b.json", "[2]");
        folder.Write("out/mine.jsonl", "kept");
        await RunAsync("convert_json2jsonl", folder["raw"], folder["out"]);
        File.Delete(old);
        await RunAsync("convert_json2jsonl", folder["raw"], folder["out"]);
        Assert.Equal(["a.jsonl", "mine.jsonl", "quarantine.jsonl"], Directory.GetFiles(folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_bytes_do_not_depend_on_the_worker_count()
    {
        using var folder = new TemporaryFolder();
        folder.Write("raw/a.json", "[" + string.Join(",", Enumerable.Range(0, 60_000).Select(number => number % 97 == 3 ? "bad" : $"{{\"number\":{number}}}")) + "]");
        await RunAsync("convert_json2jsonl", folder["raw"], folder["one"], workers: 1);
        await RunAsync("convert_json2jsonl", folder["raw"], folder["four"], workers: 4);
        foreach (var name in new[] { "a.jsonl", "quarantine.jsonl" })
            Assert.True(File.ReadAllBytes(folder["one/" + name]).AsSpan().SequenceEqual(File.ReadAllBytes(folder["four/" + name])));
    }

    [Fact]
    public async Task A_file_cut_short_fails_and_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("raw/a.json", "[1, 2");
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync("convert_json2jsonl", folder["raw"], folder["out"]));
        Assert.Equal($"{path}: error LLAVA2003: the file ends at byte 5 inside a value: it is cut short", error.Message);
        Assert.Empty(Directory.GetFiles(folder["out"]));
    }
}
