using Llava.Download.Hub;
using Llava.Download.Tests.Server;

namespace Llava.Download.Tests;

public sealed class HubDownloadTests : IDisposable
{
    const string Charts = "hub:datasets/team/charts";

    readonly DownloadRun _run = new();

    public void Dispose() => _run.Dispose();

    string CommitCharts(string text = "one") =>
        _run.Hub.Commit("datasets/team/charts", ("README.md", "read me", false), ("data/train 1.json", text, false), ("data/val.json", "two", false), ("big.bin", "large", true));

    [Fact]
    public async Task A_repository_arrives_with_its_folders_and_is_locked()
    {
        var commit = CommitCharts();
        await _run.Add("charts", Charts).RunAsync();
        Assert.Equal([".hub", "README.md", "big.bin", "data/train 1.json", "data/val.json"], _run.FilesIn("data"));
        Assert.Equal(("one", "large"), (_run.Read("data/data/train 1.json"), _run.Read("data/big.bin")));
        Assert.Equal(
            $$"""
            {
              "version": 1,
              "sources": {
                "hub:datasets/team/charts@main": {
                  "revision": "{{commit}}",
                  "patterns": [
                    "*"
                  ],
                  "files": {
                    "README.md": {
                      "size": 7,
                      "sha256": "{{DownloadRun.Sha256("read me")}}"
                    },
                    "big.bin": {
                      "size": 5,
                      "sha256": "{{DownloadRun.Sha256("large")}}"
                    },
                    "data/train 1.json": {
                      "size": 3,
                      "sha256": "{{DownloadRun.Sha256("one")}}"
                    },
                    "data/val.json": {
                      "size": 3,
                      "sha256": "{{DownloadRun.Sha256("two")}}"
                    }
                  }
                }
              }
            }

            """, _run.Read("datasets.lock.json"));
        Assert.Equal(18, _run.Log.Counts["bytes_received"]);
    }

    [Fact]
    public async Task A_second_run_sends_no_request_even_without_its_record()
    {
        CommitCharts();
        await _run.Add("charts", Charts).RunAsync();
        _run.Hub.Forget();
        await _run.RunAsync(frozen: true);
        File.Delete(_run["record.tsv"]);
        await _run.RunAsync();
        Assert.Empty(_run.Hub.Requests);
        Assert.Equal("download: 4 files of 1 sources are here, 0 B received", _run.Log.Lines[^1]);
    }

    [Fact]
    public async Task A_locked_commit_is_fetched_again_when_main_has_moved_on()
    {
        CommitCharts("one");
        await _run.Add("charts", Charts, ("files", new[] { "data/*" })).RunAsync();
        CommitCharts("newer");
        Directory.Delete(_run["data"], recursive: true);
        await _run.RunAsync(frozen: true);
        Assert.Equal("one", _run.Read("data/data/train 1.json"));

        await _run.RunAsync(updateLock: true);
        Assert.Equal("newer", _run.Read("data/data/train 1.json"));
        Assert.Contains(DownloadRun.Sha256("newer"), _run.Read("datasets.lock.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Further_files_of_a_locked_source_come_from_the_locked_commit()
    {
        CommitCharts("one");
        await _run.Add("charts", Charts, ("files", new[] { "data/val.json" })).RunAsync();
        CommitCharts("newer");
        await _run.Add("more", Charts, ("files", new[] { "data/train*" })).RunAsync();
        Assert.Equal("one", _run.Read("data/data/train 1.json"));
    }

    [Fact]
    public async Task A_frozen_lock_names_what_it_lacks_and_stays_as_it_is()
    {
        CommitCharts();
        _run.Add("charts", Charts);
        Assert.Equal(["datasets.lock.json: error LLAVA2056: charts: hub:datasets/team/charts@main is not locked for *, and the lock is frozen: run without -p:FrozenLock=true (--frozen) once, and commit datasets.lock.json"], await _run.FailAsync(frozen: true));
        Assert.False(File.Exists(_run.LockFile));
        Assert.Empty(_run.Hub.Requests);
    }

    [Fact]
    public async Task The_pretrained_pair_is_laid_out_as_the_converter_reads_it()
    {
        _run.Hub.Commit("openai/clip", ("config.json", "clip", false), ("preprocessor_config.json", "pixels", false), ("pytorch_model.bin", "weights", true), ("tf_model.h5", "not asked for", true));
        _run.Hub.Commit("lmsys/vicuna", ("config.json", "vicuna", false), ("tokenizer.model", "pieces", true), ("pytorch_model-00001-of-00001.bin", "more weights", true));
        _run.Hub.Commit("team/llava", ("config.json", "llava", false), ("pytorch_model.bin", "not asked for", true));
        _run.Add("image-model", "hub:openai/clip", ("folder", _run["pair/image_model"]), ("files", new[] { "config.json", "preprocessor_config.json", "pytorch_model.bin" }))
            .Add("text-model", "hub:lmsys/vicuna", ("folder", _run["pair/text_model"]), ("place", new[] { "config.json=config_lmsys.json" }))
            .Add("llava-config", "hub:team/llava", ("folder", _run["pair/text_model"]), ("files", new[] { "config.json" }));
        await _run.RunAsync();
        Assert.Equal(
            [
                "image_model/.hub", "image_model/config.json", "image_model/preprocessor_config.json", "image_model/pytorch_model.bin",
                "text_model/.hub", "text_model/config.json", "text_model/config_lmsys.json", "text_model/pytorch_model-00001-of-00001.bin", "text_model/tokenizer.model",
            ], _run.FilesIn("pair"));
        Assert.Equal(("llava", "vicuna"), (_run.Read("pair/text_model/config.json"), _run.Read("pair/text_model/config_lmsys.json")));
        Assert.Equal(_run["pair/text_model"], HubFolder.Find(_run["pair"], "lmsys/vicuna"));
        Assert.Null(HubFolder.Find(_run["pair"], "lmsys/other"));
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_not_to_the_host_it_redirects_to()
    {
        CommitCharts();
        _run.Token = "hf_veryverysecret";
        await _run.Add("charts", Charts).RunAsync();
        var storage = _run.Hub.Requests.Where(request => request.Host.StartsWith("localhost", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(storage);
        Assert.All(storage, request => Assert.Null(request.Header("Authorization")));
        Assert.All(_run.Hub.Requests.Except(storage), request => Assert.Equal("Bearer hf_veryverysecret", request.Header("Authorization")));
    }

    [Fact]
    public async Task The_token_does_not_come_back_on_a_detour()
    {
        CommitCharts();
        _run.Token = "hf_veryverysecret";
        _run.Hub.Host("/elsewhere", "large"u8.ToArray());
        _run.Hub.Disturb = request => request.Path.StartsWith("/storage/", StringComparison.Ordinal) ? Answer.Redirect($"{_run.Hub.Address}/elsewhere") : null;
        await _run.Add("charts", Charts, ("files", new[] { "big.bin" })).RunAsync();
        Assert.Null(_run.Hub.Requests.Single(request => request.Path == "/elsewhere").Header("Authorization"));
    }

    [Fact]
    public async Task Token_and_signatures_are_in_no_message()
    {
        CommitCharts();
        _run.Token = "hf_veryverysecret";
        _run.Patience = _run.Patience with { Attempts = 2 };
        _run.Hub.Disturb = request => request.Path.StartsWith("/storage/", StringComparison.Ordinal) ? Answer.Of(503) : null;
        var problem = Assert.Single(await _run.Add("charts", Charts).FailAsync());
        Assert.Equal($"charts/big.bin: error LLAVA2057: STORAGE/storage/{DownloadRun.Sha256("large")} answered 503 Answer (2 tries); what has arrived is kept, and the same command goes on from there", problem);
        Assert.DoesNotContain("secret", string.Join('\n', _run.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_lets_nobody_in_says_how_to_get_in()
    {
        _run.Hub.Disturb = _ => Answer.Of(401);
        Assert.Equal(["team/charts: error LLAVA2053: HUB/api/datasets/team/charts/revision/main answered 401 Answer: the repository may be private, gated or misspelt; accept its terms on its page, and put an access token of yours into the environment variable HF_TOKEN"], await _run.Add("charts", Charts).FailAsync());
    }

    [Fact]
    public async Task Everything_that_cannot_be_had_is_said_at_once()
    {
        var commit = CommitCharts();
        _run.Add("charts", Charts, ("files", new[] { "data/*", "test/*.json" }))
            .Add("nobody", "hub:team/nobody")
            .Add("documents", "by-hand:https://example.org/register", ("folder", _run["documents"]), ("files", new[] { "train.json", "val.json" }));
        Assert.Equal(
            [
                $"charts: error LLAVA2052: hub:datasets/team/charts@main has no file test/*.json in commit {commit}",
                "team/nobody: error LLAVA2052: HUB/api/models/team/nobody/revision/main answered 404 Answer",
                "documents: error LLAVA2051: documents needs registration, so it cannot be downloaded from here: go to https://example.org/register, then put train.json, val.json into this folder",
            ], await _run.FailAsync());
        Assert.Empty(_run.FilesIn("data"));
    }

    [Fact]
    public async Task Settings_that_make_no_sense_are_all_named()
    {
        _run.Add("a", "hub:only-a-name").Add("b", Charts, ("folder", "relative"));
        Assert.Equal(
            [
                "sources.json(1,2): error LLAVA1006: sources has a, whose from is \"hub:only-a-name\", but must be hub:owner/name, hub:datasets/owner/name, an https address, or by-hand: and the address of a page",
                "sources.json(1,2): error LLAVA1006: sources has b, whose folder is \"relative\", but must be a full path",
            ], await _run.FailAsync());
    }

    [Theory]
    [InlineData("../out.json", "leaves the folder")]
    [InlineData("/etc/out.json", "is not a relative path")]
    [InlineData("a\\..\\out.json", "is not a relative path")]
    [InlineData("a//out.json", "has empty parts")]
    public async Task A_name_that_leaves_the_folder_is_refused(string path, string complaint)
    {
        _run.Hub.Commit("datasets/team/charts", (path, "evil", false));
        Assert.Equal([$"charts: error LLAVA2063: hub:datasets/team/charts@main lists \"{path}\", whose name {complaint}"], await _run.Add("charts", Charts).FailAsync());
    }

    [Fact]
    public async Task What_is_no_hub_is_said_to_be_none()
    {
        _run.Hub.Disturb = _ => new Answer(200, "<html>"u8.ToArray());
        Assert.Equal(["team/charts: error LLAVA2063: the answer of HUB/api/datasets/team/charts/revision/main cannot be used: it is not JSON; is HubUrl the address of a hub?"], await _run.Add("charts", Charts).FailAsync());
    }

    [Fact]
    public async Task A_list_names_files_and_sizes_and_fetches_nothing()
    {
        var commit = CommitCharts();
        await _run.Add("charts", Charts, ("files", new[] { "data/val.json", "big.bin" })).RunAsync(list: true);
        Assert.Equal(
            [$"charts: hub:datasets/team/charts@main (commit {commit}) to data: 2 of 2 files to fetch, 8 B", "  big.bin  5 B", "  data/val.json  3 B", "2 files to fetch, 8 B"],
            _run.Log.Lines.Select(_run.Neutral));
        Assert.Empty(_run.FilesIn("data"));
        Assert.False(File.Exists(_run.LockFile));
    }
}
