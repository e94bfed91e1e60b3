using System.Security.Cryptography;
using Llava.Download.Tests.Server;

namespace Llava.Download.Tests;

/// <summary>What networks and servers do to a file on its way.</summary>
public sealed class TransferTests : IDisposable
{
    static readonly byte[] Content = [.. Enumerable.Range(0, 600_000).Select(i => (byte)(i * 31 >> 3))];

    readonly DownloadRun _run = new();

    public void Dispose() => _run.Dispose();

    /// <summary>A plain file of which nothing is known before it is here.</summary>
    void AddWebFile(byte[]? content = null, bool hasTag = true) => _run.Add("archive", _run.Hub.Host("/files/data.bin", content ?? Content, hasTag));

    /// <summary>A repository's file, whose sha256 the hub announces.</summary>
    void AddHubFile()
    {
        _run.Hub.Commit("team/model", [("weights.bin", Content, true)]);
        _run.Add("model", "hub:team/model");
    }

    /// <summary>Disturbs the requests for a file's bytes, the first of them only.</summary>
    void DisturbOnce(Func<Answer, Answer> how, int times = 1)
    {
        _run.Hub.Disturb = request => IsForBytes(request) && times-- > 0 ? how(_run.Hub.Answer(request)) : null;
    }

    static bool IsForBytes(Request request) => request.Method == "GET" && (request.Path.StartsWith("/files/", StringComparison.Ordinal) || request.Path.StartsWith("/storage/", StringComparison.Ordinal));

    string?[] Ranges() => [.. _run.Hub.Requests.Where(IsForBytes).Select(request => request.Header("Range"))];

    void AssertArrived(string name) => Assert.Equal(Content, File.ReadAllBytes(_run[$"data/{name}"]));

    [Fact]
    public async Task A_dropped_connection_goes_on_where_it_ended()
    {
        AddHubFile();
        DisturbOnce(answer => answer with { CutAfter = 200_000 });
        await _run.RunAsync();
        AssertArrived("weights.bin");
        Assert.Equal([null, "bytes=200000-"], Ranges());
        Assert.Equal(Content.Length, _run.Log.Counts["bytes_received"]);
        Assert.Equal([".hub", "weights.bin"], _run.FilesIn("data"));
    }

    [Fact]
    public async Task A_later_run_goes_on_where_a_failed_one_ended()
    {
        AddWebFile();
        DisturbOnce(answer => answer with { CutAfter = 200_000 }, times: 9);
        _run.Patience = _run.Patience with { Attempts = 2, AttemptsInAll = 1 };
        Assert.StartsWith("archive/data.bin: error LLAVA2057: the connection", Assert.Single(await _run.FailAsync()), StringComparison.Ordinal);
        Assert.Equal(["data.bin.from.partial", "data.bin.partial"], _run.FilesIn("data"));

        _run.Hub.Disturb = null;
        _run.Hub.Forget();
        await _run.RunAsync();
        AssertArrived("data.bin");
        var request = Assert.Single(_run.Hub.Requests, IsForBytes);
        Assert.Equal(("bytes=200000-", $"\"{Convert.ToHexStringLower(SHA256.HashData(Content))[..16]}\""), (request.Header("Range"), request.Header("If-Range")));
        Assert.Equal(400_000, _run.Log.Counts["bytes_received"]);
    }

    [Fact]
    public async Task A_file_that_has_changed_in_between_begins_anew()
    {
        AddWebFile([.. Content.Reverse()]);
        DisturbOnce(answer => answer with { CutAfter = 200_000 });
        _run.Patience = _run.Patience with { AttemptsInAll = 1 };
        await _run.FailAsync();

        _run.Hub.Host("/files/data.bin", Content);
        await _run.RunAsync();
        AssertArrived("data.bin");
        Assert.Equal(["data.bin"], _run.FilesIn("data"));
    }

    [Fact]
    public async Task Without_tag_and_hash_a_rest_is_never_appended()
    {
        AddWebFile([.. Content.Reverse()], hasTag: false);
        DisturbOnce(answer => answer with { CutAfter = 200_000 });
        _run.Patience = _run.Patience with { AttemptsInAll = 1 };
        await _run.FailAsync();

        _run.Hub.Host("/files/data.bin", Content, hasTag: false);
        _run.Hub.Forget();
        await _run.RunAsync();
        AssertArrived("data.bin");
        Assert.Equal([null], Ranges());
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_from_the_start()
    {
        AddHubFile();
        var times = 0;
        _run.Hub.Disturb = request => !request.Path.StartsWith("/storage/", StringComparison.Ordinal) ? null : new Answer(200, Content) { CutAfter = times++ == 0 ? 200_000 : null };
        await _run.RunAsync();
        AssertArrived("weights.bin");
        Assert.Equal([null, "bytes=200000-"], Ranges());
    }

    [Fact]
    public async Task A_part_of_something_else_is_thrown_away()
    {
        AddHubFile();
        var times = 0;
        _run.Hub.Disturb = request => (request.Path.StartsWith("/storage/", StringComparison.Ordinal) ? times++ : 9) switch
        {
            0 => _run.Hub.Answer(request) with { CutAfter = 200_000 },
            1 => new Answer(206, Content[100_000..]) { Headers = { ["Content-Range"] = $"bytes 100000-599999/600000" } },
            _ => null,
        };
        await _run.RunAsync();
        AssertArrived("weights.bin");
        Assert.Contains("model/weights.bin: the server answers with a part of something else; beginning anew; trying again in 0 s", _run.Log.Lines);
    }

    [Fact]
    public async Task Bad_bytes_of_an_earlier_run_are_found_and_fetched_again()
    {
        AddHubFile();
        DisturbOnce(answer => answer with { CutAfter = 200_000 });
        _run.Patience = _run.Patience with { AttemptsInAll = 1 };
        await _run.FailAsync();
        await using (var partial = File.OpenWrite(_run["data/weights.bin.partial"]))
            partial.Write("damaged"u8);

        _run.Patience = _run.Patience with { AttemptsInAll = 9 };
        await _run.RunAsync();
        AssertArrived("weights.bin");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_server_is_asked_again_when_it_says(int status)
    {
        AddHubFile();
        DisturbOnce(_ => Answer.Of(status) with { Headers = new() { ["Retry-After"] = "1" } });
        await _run.RunAsync();
        AssertArrived("weights.bin");
        Assert.Contains(_run.Log.Lines, line => line.EndsWith($" answered {status} Answer; trying again in 1 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_asks_for_an_hour_is_not_waited_for()
    {
        AddWebFile();
        DisturbOnce(_ => Answer.Of(429) with { Headers = new() { ["Retry-After"] = "3600" } });
        Assert.Equal(["archive/data.bin: error LLAVA2057: HUB/files/data.bin answered 429 Answer, which asks to be left alone for 3600 s (1 try); what has arrived is kept, and the same command goes on from there"], await _run.FailAsync());
    }

    [Fact]
    public async Task A_stalled_connection_is_dropped_and_goes_on()
    {
        AddHubFile();
        _run.Patience = _run.Patience with { Stall = TimeSpan.FromSeconds(2) };
        DisturbOnce(answer => answer with { StallAfter = 300_000 });
        await _run.RunAsync();
        AssertArrived("weights.bin");
        Assert.Equal([null, "bytes=300000-"], Ranges());
        Assert.Contains("model/weights.bin: nothing arrived for 2 s; trying again in 0 s", _run.Log.Lines);
    }

    [Fact]
    public async Task A_wrong_hash_is_an_error_and_leaves_nothing()
    {
        AddHubFile();
        DisturbOnce(answer => answer with { Body = [.. Content.Reverse()] }, times: 9);
        Assert.Equal(
            [$"model/weights.bin: error LLAVA2054: the source announces sha256 {Hash(Content)} (600000 bytes), but what arrived is sha256 {Hash([.. Content.Reverse()])} (600000 bytes); it was thrown away"],
            await _run.FailAsync());
        Assert.Empty(_run.FilesIn("data"));
    }

    [Fact]
    public async Task A_small_file_is_checked_by_its_blob_hash()
    {
        _run.Hub.Commit("team/model", ("config.json", "right", false));
        _run.Hub.Disturb = request => request.Path.Contains("/resolve/", StringComparison.Ordinal) ? new Answer(200, "wrong"u8.ToArray()) : null;
        Assert.StartsWith("model/config.json: error LLAVA2054: the source announces git blob ", Assert.Single(await _run.Add("model", "hub:team/model").FailAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_hash_is_held_against_a_plain_file()
    {
        _run.Add("archive", _run.Hub.Host("/files/data.bin", Content), ("sha256", new string('a', 64)));
        Assert.StartsWith($"archive/data.bin: error LLAVA2054: the source announces sha256 {new string('a', 64)} (600000 bytes), but what arrived is", Assert.Single(await _run.FailAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_file_that_changed_is_not_the_locked_one_until_the_lock_is_moved()
    {
        AddWebFile();
        await _run.RunAsync();
        byte[] changed = [.. Content.Reverse()];
        _run.Hub.Host("/files/data.bin", changed);
        File.Delete(_run["data/data.bin"]);
        Assert.Equal(
            [$"datasets.lock.json: error LLAVA2055: archive/data.bin: locked is sha256 {Hash(Content)} (600000 bytes), but the source now gives sha256 {Hash(changed)} (600000 bytes); if that is meant to be, move the lock with -p:UpdateLock=true (--update-lock)"],
            await _run.FailAsync());
        Assert.Contains(Hash(Content), _run.Read("datasets.lock.json"), StringComparison.Ordinal);

        await _run.RunAsync(updateLock: true);
        Assert.Equal(changed, File.ReadAllBytes(_run["data/data.bin"]));
        Assert.Contains(Hash(changed), _run.Read("datasets.lock.json"), StringComparison.Ordinal);
        await _run.RunAsync(frozen: true);
    }

    [Fact]
    public async Task A_file_that_was_edited_here_is_named_and_not_overwritten()
    {
        AddWebFile();
        await _run.RunAsync();
        File.WriteAllText(_run["data/data.bin"], "mine");
        Assert.Equal(
            [$"data/data.bin: error LLAVA2055: archive/data.bin: datasets.lock.json has sha256 {Hash(Content)} (600000 bytes), but the file here is sha256 {Hash("mine"u8.ToArray())} (4 bytes): remove it to download it again, or take it over with -p:UpdateLock=true (--update-lock)"],
            await _run.FailAsync());
        Assert.Equal("mine", _run.Read("data/data.bin"));
    }

    [Fact]
    public async Task A_file_that_is_here_already_and_right_is_not_fetched()
    {
        AddHubFile();
        Directory.CreateDirectory(_run["data"]);
        File.WriteAllBytes(_run["data/weights.bin"], Content);
        await _run.RunAsync();
        Assert.Empty(Ranges());
        Assert.Contains(Hash(Content), _run.Read("datasets.lock.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_the_users_is_never_overwritten()
    {
        AddHubFile();
        Directory.CreateDirectory(_run["data"]);
        File.WriteAllText(_run["data/weights.bin"], "mine");
        Assert.StartsWith("data/weights.bin: error LLAVA2061: model/weights.bin is sha256", Assert.Single(await _run.FailAsync()), StringComparison.Ordinal);
        Assert.Equal("mine", _run.Read("data/weights.bin"));
    }

    [Fact]
    public async Task More_than_announced_is_not_taken()
    {
        AddHubFile();
        DisturbOnce(answer => answer with { Body = [.. Content, 1, 2, 3], ClaimedLength = Content.Length + 3 }, times: 9);
        Assert.StartsWith("model/weights.bin: error LLAVA2054: the source announces sha256", Assert.Single(await _run.FailAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        AddWebFile();
        _run.Hub.Disturb = request => Answer.Redirect(request.Path);
        Assert.Equal(["archive: error LLAVA2063: HUB/files/data.bin redirects more than 10 times"], await _run.FailAsync());
    }

    [Fact]
    public async Task A_redirect_out_of_the_web_is_refused()
    {
        AddWebFile();
        _run.Hub.Disturb = _ => Answer.Redirect("file:///etc/passwd");
        Assert.Equal(["archive: error LLAVA2063: HUB/files/data.bin redirects to file:///etc/passwd, which is not encrypted"], await _run.FailAsync());
    }

    [Fact]
    public async Task What_does_not_fit_on_the_disk_is_not_begun()
    {
        _run.Hub.Disturb = request => request.Method == "HEAD" ? new Answer(200, []) { ClaimedLength = 1L << 60 } : null;
        AddWebFile();
        Assert.StartsWith("data: error LLAVA2058: 1152921504.6 GB are to come to ", Assert.Single(await _run.FailAsync()), StringComparison.Ordinal);
        Assert.Empty(Ranges());
    }

    [Fact]
    public async Task A_stopped_run_keeps_what_it_has()
    {
        AddHubFile();
        using var stop = new CancellationTokenSource();
        DisturbOnce(answer => answer with { StallAfter = 300_000 });
        var running = _run.RunAsync(cancellation: stop.Token);
        while (new FileInfo(_run["data/weights.bin.partial"]) is not { Exists: true, Length: > 0 })
            await Task.Delay(10);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(["weights.bin.from.partial", "weights.bin.partial"], _run.FilesIn("data"));

        await _run.RunAsync();
        AssertArrived("weights.bin");
        Assert.NotNull(Ranges()[^1]);
    }

    [Fact]
    public async Task Two_runs_do_not_write_one_file()
    {
        AddHubFile();
        Directory.CreateDirectory(_run["data"]);
        await using var other = new FileStream(_run["data/weights.bin.partial"], FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal(["data/weights.bin: error LLAVA2064: another run is downloading this file: wait for it, or stop it"], await _run.FailAsync());
    }

    [Fact]
    public async Task Files_arrive_side_by_side_within_bounds_and_one_failure_stops_no_other()
    {
        _run.Hub.Commit("team/model", [.. Enumerable.Range(0, 12).Select(i => ($"part{i:00}.txt", $"part {i}", false))]);
        _run.Hub.Disturb = request => !request.Path.Contains("/resolve/", StringComparison.Ordinal) ? null
            : request.Path.EndsWith("part03.txt", StringComparison.Ordinal) ? Answer.Of(404) : _run.Hub.Answer(request) with { Delay = TimeSpan.FromMilliseconds(60) };
        Assert.StartsWith("model/part03.txt: error LLAVA2052: ", Assert.Single(await _run.Add("model", "hub:team/model").FailAsync()), StringComparison.Ordinal);
        Assert.Equal(11, _run.FilesIn("data").Length);
        Assert.InRange(_run.Hub.MostOpen, 2, 3);

        _run.Hub.Disturb = null;
        _run.Hub.Forget();
        await _run.RunAsync();
        Assert.Single(_run.Hub.Requests, request => request.Path.Contains("/resolve/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_is_of_all_files_together()
    {
        AddHubFile();
        await _run.RunAsync();
        var last = _run.Log.Progresses[^1];
        Assert.Equal(("downloading", 600_000L, 600_000L, "bytes"), (last.Activity, last.Done, last.Total, last.Unit));
    }

    [Fact]
    public async Task A_set_fetched_by_hand_is_locked_and_then_held_to_it()
    {
        Directory.CreateDirectory(_run["data"]);
        File.WriteAllText(_run["data/train.json"], "[1]");
        _run.Add("documents", "by-hand:https://example.org/register", ("files", new[] { "train.json" }));
        await _run.RunAsync();
        await _run.RunAsync(frozen: true);
        Assert.Empty(_run.Hub.Requests);

        File.WriteAllText(_run["data/train.json"], "[2]");
        Assert.Equal(
            [$"data/train.json: error LLAVA2055: documents/train.json: datasets.lock.json has sha256 {DownloadRun.Sha256("[1]")} (3 bytes), but the file here is sha256 {DownloadRun.Sha256("[2]")} (3 bytes): put the locked file here, or take it over with -p:UpdateLock=true (--update-lock)"],
            await _run.FailAsync());
    }

    static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
