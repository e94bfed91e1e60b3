using System.Security.Cryptography;
using Llava.Download.Tests.Server;

namespace Llava.Download.Tests;

/// <summary>What networks and servers do to a file on its way.</summary>
public sealed class TransferTests : TransferTest
{
    [Fact]
    public async Task A_dropped_connection_goes_on_where_it_ended()
    {
        AddHubFile();
        DisturbOnce(answer => answer with { CutAfter = 200_000 });
        await Run.RunAsync();
        AssertArrived("weights.bin");
        Assert.Equal([null, "bytes=200000-"], Ranges());
        Assert.Equal(Content.Length, Run.Log.Counts["bytes_received"]);
        Assert.Equal([".hub", "weights.bin"], Run.FilesIn("data"));
    }

    [Fact]
    public async Task A_laterRun_goes_on_where_a_failed_one_ended()
    {
        AddWebFile();
        DisturbOnce(answer => answer with { CutAfter = 200_000 }, times: 9);
        Run.Patience = Run.Patience with { Attempts = 2, AttemptsInAll = 1 };
        Assert.StartsWith("archive/data.bin: error LLAVA2057: the connection", Assert.Single(await Run.FailAsync()), StringComparison.Ordinal);
        Assert.Equal(["data.bin.from.partial", "data.bin.partial"], Run.FilesIn("data"));

        Run.Hub.Disturb = null;
        Run.Hub.Forget();
        await Run.RunAsync();
        AssertArrived("data.bin");
        var request = Assert.Single(Run.Hub.Requests, IsForBytes);
        Assert.Equal(("bytes=200000-", $"\"{Convert.ToHexStringLower(SHA256.HashData(Content))[..16]}\""), (request.Header("Range"), request.Header("If-Range")));
        Assert.Equal(400_000, Run.Log.Counts["bytes_received"]);
    }

    [Fact]
    public async Task A_file_that_has_changed_in_between_begins_anew()
    {
        AddWebFile([.. Content.Reverse()]);
        DisturbOnce(answer => answer with { CutAfter = 200_000 });
        Run.Patience = Run.Patience with { AttemptsInAll = 1 };
        await Run.FailAsync();

        Run.Hub.Host("/files/data.bin", Content);
        await Run.RunAsync();
        AssertArrived("data.bin");
        Assert.Equal(["data.bin"], Run.FilesIn("data"));
    }

    [Fact]
    public async Task Without_tag_and_hash_a_rest_is_never_appended()
    {
        AddWebFile([.. Content.Reverse()], hasTag: false);
        DisturbOnce(answer => answer with { CutAfter = 200_000 });
        Run.Patience = Run.Patience with { AttemptsInAll = 1 };
        await Run.FailAsync();

        Run.Hub.Host("/files/data.bin", Content, hasTag: false);
        Run.Hub.Forget();
        await Run.RunAsync();
        AssertArrived("data.bin");
        Assert.Equal([null], Ranges());
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_from_the_start()
    {
        AddHubFile();
        var times = 0;
        Run.Hub.Disturb = request => !request.Path.StartsWith("/storage/", StringComparison.Ordinal) ? null : new Answer(200, Content) { CutAfter = times++ == 0 ? 200_000 : null };
        await Run.RunAsync();
        AssertArrived("weights.bin");
        Assert.Equal([null, "bytes=200000-"], Ranges());
    }

    [Fact]
    public async Task A_part_of_something_else_is_thrown_away()
    {
        AddHubFile();
        var times = 0;
        Run.Hub.Disturb = request => (request.Path.StartsWith("/storage/", StringComparison.Ordinal) ? times++ : 9) switch
        {
            0 => Run.Hub.Answer(request) with { CutAfter = 200_000 },
            1 => new Answer(206, Content[100_000..]) { Headers = { ["Content-Range"] = $"bytes 100000-599999/600000" } },
            _ => null,
        };
        await Run.RunAsync();
        AssertArrived("weights.bin");
        Assert.Contains("model/weights.bin: the server answers with a part of something else; beginning anew; trying again in 0 s", Run.Log.Lines);
    }

    [Fact]
    public async Task Bad_bytes_of_an_earlierRun_are_found_and_fetched_again()
    {
        AddHubFile();
        DisturbOnce(answer => answer with { CutAfter = 200_000 });
        Run.Patience = Run.Patience with { AttemptsInAll = 1 };
        await Run.FailAsync();
        await using (var partial = File.OpenWrite(Run["data/weights.bin.partial"]))
            partial.Write("damaged"u8);

        Run.Patience = Run.Patience with { AttemptsInAll = 9 };
        await Run.RunAsync();
        AssertArrived("weights.bin");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_server_is_asked_again_when_it_says(int status)
    {
        AddHubFile();
        DisturbOnce(_ => Answer.Of(status) with { Headers = new() { ["Retry-After"] = "1" } });
        await Run.RunAsync();
        AssertArrived("weights.bin");
        Assert.Contains(Run.Log.Lines, line => line.EndsWith($" answered {status} Answer; trying again in 1 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_asks_for_an_hour_is_not_waited_for()
    {
        AddWebFile();
        DisturbOnce(_ => Answer.Of(429) with { Headers = new() { ["Retry-After"] = "3600" } });
        Assert.Equal(["archive/data.bin: error LLAVA2057: HUB/files/data.bin answered 429 Answer, which asks to be left alone for 3600 s (1 try); what has arrived is kept, and the same command goes on from there"], await Run.FailAsync());
    }

    [Fact]
    public async Task A_stalled_connection_is_dropped_and_goes_on()
    {
        AddHubFile();
        Run.Patience = Run.Patience with { Stall = TimeSpan.FromSeconds(2) };
        DisturbOnce(answer => answer with { StallAfter = 300_000 });
        await Run.RunAsync();
        AssertArrived("weights.bin");
        Assert.Equal([null, "bytes=300000-"], Ranges());
        Assert.Contains("model/weights.bin: nothing arrived for 2 s; trying again in 0 s", Run.Log.Lines);
    }

    [Fact]
    public async Task More_than_announced_is_not_taken()
    {
        AddHubFile();
        DisturbOnce(answer => answer with { Body = [.. Content, 1, 2, 3], ClaimedLength = Content.Length + 3 }, times: 9);
        Assert.StartsWith("model/weights.bin: error LLAVA2054: the source announces sha256", Assert.Single(await Run.FailAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        AddWebFile();
        Run.Hub.Disturb = request => Answer.Redirect(request.Path);
        Assert.Equal(["archive: error LLAVA2063: HUB/files/data.bin redirects more than 10 times"], await Run.FailAsync());
    }

    [Fact]
    public async Task A_redirect_out_of_the_web_is_refused()
    {
        AddWebFile();
        Run.Hub.Disturb = _ => Answer.Redirect("file:///etc/passwd");
        Assert.Equal(["archive: error LLAVA2063: HUB/files/data.bin redirects to file:///etc/passwd, which is not encrypted"], await Run.FailAsync());
    }

    [Fact]
    public async Task What_does_not_fit_on_the_disk_is_not_begun()
    {
        Run.Hub.Disturb = request => request.Method == "HEAD" ? new Answer(200, []) { ClaimedLength = 1L << 60 } : null;
        AddWebFile();
        Assert.StartsWith("data: error LLAVA2058: 1152921504.6 GB are to come to ", Assert.Single(await Run.FailAsync()), StringComparison.Ordinal);
        Assert.Empty(Ranges());
    }

    [Fact]
    public async Task A_stoppedRun_keeps_what_it_has()
    {
        AddHubFile();
        using var stop = new CancellationTokenSource();
        DisturbOnce(answer => answer with { StallAfter = 300_000 });
        var running = Run.RunAsync(cancellation: stop.Token);
        while (new FileInfo(Run["data/weights.bin.partial"]) is not { Exists: true, Length: > 0 })
            await Task.Delay(10);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(["weights.bin.from.partial", "weights.bin.partial"], Run.FilesIn("data"));

        await Run.RunAsync();
        AssertArrived("weights.bin");
        Assert.NotNull(Ranges()[^1]);
    }

    [Fact]
    public async Task TwoRuns_do_not_write_one_file()
    {
        AddHubFile();
        Directory.CreateDirectory(Run["data"]);
        await using var other = new FileStream(Run["data/weights.bin.partial"], FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal(["data/weights.bin: error LLAVA2064: another run is downloading this file: wait for it, or stop it"], await Run.FailAsync());
    }

    [Fact]
    public async Task Files_arrive_side_by_side_within_bounds_and_one_failure_stops_no_other()
    {
        Run.Hub.Commit("team/model", [.. Enumerable.Range(0, 12).Select(i => ($"part{i:00}.txt", $"part {i}", false))]);
        Run.Hub.Disturb = request => !request.Path.Contains("/resolve/", StringComparison.Ordinal) ? null
            : request.Path.EndsWith("part03.txt", StringComparison.Ordinal) ? Answer.Of(404) : Run.Hub.Answer(request) with { Delay = TimeSpan.FromMilliseconds(60) };
        Assert.StartsWith("model/part03.txt: error LLAVA2052: ", Assert.Single(await Run.Add("model", "hub:team/model").FailAsync()), StringComparison.Ordinal);
        Assert.Equal(11, Run.FilesIn("data").Length);
        Assert.InRange(Run.Hub.MostOpen, 2, 3);

        Run.Hub.Disturb = null;
        Run.Hub.Forget();
        await Run.RunAsync();
        Assert.Single(Run.Hub.Requests, request => request.Path.Contains("/resolve/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_is_of_all_files_together()
    {
        AddHubFile();
        await Run.RunAsync();
        var last = Run.Log.Progresses[^1];
        Assert.Equal(("downloading", 600_000L, 600_000L, "bytes"), (last.Activity, last.Done, last.Total, last.Unit));
    }

    void AssertArrived(string name) => Assert.Equal(Content, File.ReadAllBytes(Run[$"data/{name}"]));
}
