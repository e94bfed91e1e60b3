using System.Security.Cryptography;
using Llava.Download.Tests.Server;

namespace Llava.Download.Tests;

/// <summary>What a file has to be when it is here: as announced, as locked, and never in place of one of the user's.</summary>
public sealed class VerifiedFileTests : TransferTest
{
    [Fact]
    public async Task A_wrong_hash_is_an_error_and_leaves_nothing()
    {
        AddHubFile();
        DisturbOnce(answer => answer with { Body = [.. Content.Reverse()] }, times: 9);
        Assert.Equal(
            [$"model/weights.bin: error LLAVA2054: the source announces sha256 {Hash(Content)} (600000 bytes), but what arrived is sha256 {Hash([.. Content.Reverse()])} (600000 bytes); it was thrown away"],
            await Run.FailAsync());
        Assert.Empty(Run.FilesIn("data"));
    }

    [Fact]
    public async Task A_small_file_is_checked_by_its_blob_hash()
    {
        Run.Hub.Commit("team/model", ("config.json", "right", false));
        Run.Hub.Disturb = request => request.Path.Contains("/resolve/", StringComparison.Ordinal) ? new Answer(200, "wrong"u8.ToArray()) : null;
        Assert.StartsWith("model/config.json: error LLAVA2054: the source announces git blob ", Assert.Single(await Run.Add("model", "hub:team/model").FailAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_hash_is_held_against_a_plain_file()
    {
        Run.Add("archive", Run.Hub.Host("/files/data.bin", Content), ("sha256", new string('a', 64)));
        Assert.StartsWith($"archive/data.bin: error LLAVA2054: the source announces sha256 {new string('a', 64)} (600000 bytes), but what arrived is", Assert.Single(await Run.FailAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_file_that_changed_is_not_the_locked_one_until_the_lock_is_moved()
    {
        AddWebFile();
        await Run.RunAsync();
        byte[] changed = [.. Content.Reverse()];
        Run.Hub.Host("/files/data.bin", changed);
        File.Delete(Run["data/data.bin"]);
        Assert.Equal(
            [$"datasets.lock.json: error LLAVA2055: archive/data.bin: locked is sha256 {Hash(Content)} (600000 bytes), but the source now gives sha256 {Hash(changed)} (600000 bytes); if that is meant to be, move the lock with -p:UpdateLock=true (--update-lock)"],
            await Run.FailAsync());
        Assert.Contains(Hash(Content), Run.Read("datasets.lock.json"), StringComparison.Ordinal);

        await Run.RunAsync(updateLock: true);
        Assert.Equal(changed, File.ReadAllBytes(Run["data/data.bin"]));
        Assert.Contains(Hash(changed), Run.Read("datasets.lock.json"), StringComparison.Ordinal);
        await Run.RunAsync(frozen: true);
    }

    [Fact]
    public async Task A_file_that_was_edited_here_is_named_and_not_overwritten()
    {
        AddWebFile();
        await Run.RunAsync();
        File.WriteAllText(Run["data/data.bin"], "mine");
        Assert.Equal(
            [$"data/data.bin: error LLAVA2055: archive/data.bin: datasets.lock.json has sha256 {Hash(Content)} (600000 bytes), but the file here is sha256 {Hash("mine"u8.ToArray())} (4 bytes): remove it to download it again, or take it over with -p:UpdateLock=true (--update-lock)"],
            await Run.FailAsync());
        Assert.Equal("mine", Run.Read("data/data.bin"));
    }

    [Fact]
    public async Task A_file_that_is_here_already_and_right_is_not_fetched()
    {
        AddHubFile();
        Directory.CreateDirectory(Run["data"]);
        File.WriteAllBytes(Run["data/weights.bin"], Content);
        await Run.RunAsync();
        Assert.Empty(Ranges());
        Assert.Contains(Hash(Content), Run.Read("datasets.lock.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_the_users_is_never_overwritten()
    {
        AddHubFile();
        Directory.CreateDirectory(Run["data"]);
        File.WriteAllText(Run["data/weights.bin"], "mine");
        Assert.StartsWith("data/weights.bin: error LLAVA2061: model/weights.bin is sha256", Assert.Single(await Run.FailAsync()), StringComparison.Ordinal);
        Assert.Equal("mine", Run.Read("data/weights.bin"));
    }

    [Fact]
    public async Task A_set_fetched_by_hand_is_locked_and_then_held_to_it()
    {
        Directory.CreateDirectory(Run["data"]);
        File.WriteAllText(Run["data/train.json"], "[1]");
        Run.Add("documents", "by-hand:https://example.org/register", ("files", new[] { "train.json" }));
        await Run.RunAsync();
        await Run.RunAsync(frozen: true);
        Assert.Empty(Run.Hub.Requests);

        File.WriteAllText(Run["data/train.json"], "[2]");
        Assert.Equal(
            [$"data/train.json: error LLAVA2055: documents/train.json: datasets.lock.json has sha256 {DownloadRun.Sha256("[1]")} (3 bytes), but the file here is sha256 {DownloadRun.Sha256("[2]")} (3 bytes): put the locked file here, or take it over with -p:UpdateLock=true (--update-lock)"],
            await Run.FailAsync());
    }

    static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
