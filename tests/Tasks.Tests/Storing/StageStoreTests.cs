using System.Security.Cryptography;
using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Store;
using Llava.Tasks.Staleness;
using Llava.Tasks.Storing;

namespace Llava.Tasks.Tests.Storing;

/// <summary>One recorded stage, a store and a remote one behind it, which whoever can write there has been at.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class StageStoreTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("llava-stage-store-").FullName;
    readonly List<string> _warnings = [];
    readonly StageManifest _manifest;

    public StageStoreTests()
    {
        Write("artifacts/toy/out.bin", "result");
        Write("artifacts/toy/parts/1.bin", "part");
        using var session = Session();
        var plan = new StagePlan("toy", Stage, new Dictionary<string, string> { ["Toy"] = new('c', 64) }, new Dictionary<string, string>(), []);
        _manifest = new StageManifest(plan, session.Inspector.Outputs(Stage), new Dictionary<string, double>(), 1, "abc", DateTimeOffset.UnixEpoch, new Dictionary<string, string>());
        _manifest.Write();
    }

    string Stage => Path.Combine(_root, "artifacts", "toy");

    string Remote => Path.Combine(_root, "remote");

    string Entry => ObjectName.OfEntry("toy", _manifest.Plan.Key);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
        File.WriteAllText(Path.Combine(_root, path), text);
    }

    GraphSession Session() => GraphSession.Create(_root, Path.Combine(_root, "artifacts"));

    StageStore Open(string local, string? remote = null) => new(new ContentStore(Path.Combine(_root, local)), remote is null ? null : RemoteStores.Open(remote)) { Warn = warning => _warnings.Add(warning.ToString().Replace(_root, "ROOT", StringComparison.Ordinal)) };

    void Keep(StageStore store)
    {
        using var session = Session();
        Directory.CreateDirectory(session.GraphFolder);
        StageStore.Announce(session.FilesOf("toy"));
        store.Keep(_manifest, session.Inspector.Files(Stage), session.FilesOf("toy"));
    }

    bool Restore(StageStore store)
    {
        if (Directory.Exists(Stage))
            Directory.Delete(Stage, recursive: true);
        using var session = Session();
        return store.TryRestore(_manifest.Plan, new StageListing(), session.FilesOf("toy"));
    }

    bool IsAnnounced => File.Exists(Path.Combine(_root, "artifacts", ".graph", "toy.unstored"));

    string[] Outside() => [.. Directory.EnumerateFileSystemEntries(_root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    void PutEntry(params StoredFile[] files)
    {
        var path = Path.Combine(Remote, Entry);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new StoreEntry("toy", _manifest.Plan.Key, StageManifestJson.Write(_manifest), files).ToBytes());
        foreach (var text in (string[])["result", "part"])
            Write($"remote/{ObjectName.OfContent(Hash(text))}", text);
    }

    [Fact]
    public void An_upload_that_was_not_finished_is_finished_by_the_next_run()
    {
        Write("blocked", "a file where the folder should be");
        using (var store = Open("store", Path.Combine(_root, "blocked")))
            Keep(store);
        Assert.StartsWith("llava: warning LLAVA7010: ", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.True(IsAnnounced);
        using (var store = Open("store", Remote))
            Keep(store);
        Assert.False(IsAnnounced);
        using var elsewhere = Open("another store", Remote);
        Assert.True(Restore(elsewhere));
        Assert.Equal("part", File.ReadAllText(Path.Combine(Stage, "parts", "1.bin")));
    }

    [Fact]
    public void What_could_not_be_shared_is_read_again_only_when_it_can_be_and_goes_there_whole()
    {
        // A file where the folder should be.
        Write("remote", "");
        using (var store = Open("local", Remote))
            Keep(store);
        Assert.True(IsAnnounced);
        // The second of two; the first one's upload says that nothing can be uploaded.
        var stored = Path.Combine(_root, "local", ObjectName.OfContent(Hash("part")));
        File.Delete(stored);
        File.WriteAllText(stored, "Part");
        KeepLate();
        Assert.Equal("Part", File.ReadAllText(stored));
        Assert.Equal(2, _warnings.Count);

        File.Delete(Remote);
        KeepLate();
        Assert.False(IsAnnounced);
        Assert.Equal("part", File.ReadAllText(Path.Combine(Remote, ObjectName.OfContent(Hash("part")))));
        Assert.Equal(2, _warnings.Count);
    }

    void KeepLate()
    {
        using var session = Session();
        using var store = Open("local", Remote);
        store.KeepLate(_manifest, session.Inspector.Files(Stage), session.FilesOf("toy"));
    }

    [Fact]
    public void A_damaged_object_of_the_remote_store_is_refused_and_replaced_when_the_stage_has_run()
    {
        using (var store = Open("store", Remote))
            Keep(store);
        var damaged = Path.Combine(Remote, ObjectName.OfContent(Hash("part")));
        File.Delete(damaged);
        File.WriteAllText(damaged, "parT");
        using var elsewhere = Open("another store", Remote);
        Assert.False(Restore(elsewhere));
        Assert.Equal([$"ROOT/remote/{ObjectName.OfContent(Hash("part"))}: warning LLAVA7009: is damaged: its content has another hash than its name"], _warnings);
        Write("artifacts/toy/out.bin", "result");
        Write("artifacts/toy/parts/1.bin", "part");
        _manifest.Write();
        Keep(elsewhere);
        Assert.Equal("part", File.ReadAllText(damaged));
    }

    [Fact]
    public void A_damaged_entry_of_the_remote_store_is_said_to_be_there()
    {
        using (var store = Open("store", Remote))
            Keep(store);
        File.WriteAllText(Path.Combine(Remote, Entry), new string('x', 100));
        using var elsewhere = Open("another store", Remote);
        Assert.False(Restore(elsewhere));
        Assert.Equal([$"ROOT/remote/{Entry}: warning LLAVA7009: is damaged: its content has another hash than it says"], _warnings);
    }

    [Theory]
    [InlineData("../escaped.bin")]
    [InlineData("parts/../../../escaped.bin")]
    [InlineData("/tmp/llava-escaped.bin")]
    [InlineData("..\\escaped.bin")]
    [InlineData("a\nb")]
    public void An_entry_of_the_remote_store_cannot_write_outside(string path)
    {
        PutEntry(new StoredFile(path, 4, Hash("part")), new StoredFile("out.bin", 6, Hash("result")));
        using var store = Open("store", Remote);
        Assert.False(Restore(store));
        Assert.Contains("warning LLAVA7009: names the file ", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Equal(["artifacts", "remote", "store"], Outside());
        Assert.False(File.Exists("/tmp/llava-escaped.bin"));
        Assert.False(Directory.Exists(Stage));
    }

    [Fact]
    public void An_entry_with_impossible_sizes_is_refused_before_anything_is_fetched()
    {
        PutEntry(new StoredFile("out.bin", long.MaxValue, Hash("result")), new StoredFile("b.bin", long.MaxValue, Hash("part")));
        using var store = Open("store", Remote);
        Assert.False(Restore(store));
        Assert.Contains("bytes, which cannot be", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_that_is_larger_than_its_entry_says_is_not_taken_to_its_end()
    {
        PutEntry(new StoredFile("out.bin", 6, Hash("result")), new StoredFile("parts/1.bin", 4, Hash("part")));
        File.WriteAllBytes(Path.Combine(Remote, ObjectName.OfContent(Hash("part"))), new byte[1 << 20]);
        using var store = Open("store", Remote);
        Assert.False(Restore(store));
        Assert.EndsWith("warning LLAVA7009: is larger than the 4 bytes it may have", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_in_the_store_is_not_followed()
    {
        Write("secret.txt", "part");
        using (var store = Open("store"))
            Keep(store);
        var stored = Path.Combine(_root, "store", ObjectName.OfContent(Hash("part")));
        File.Delete(stored);
        File.CreateSymbolicLink(stored, Path.Combine(_root, "secret.txt"));
        using var again = Open("store");
        Assert.False(Restore(again));
        Assert.True(File.GetUnixFileMode(Path.Combine(_root, "secret.txt")).HasFlag(UnixFileMode.UserWrite));
        Assert.Equal("part", File.ReadAllText(Path.Combine(_root, "secret.txt")));
    }

    [Fact]
    public void A_named_pipe_in_the_remote_store_is_not_waited_for()
    {
        PutEntry(new StoredFile("out.bin", 6, Hash("result")), new StoredFile("parts/1.bin", 4, Hash("part")));
        var pipe = Path.Combine(Remote, ObjectName.OfContent(Hash("part")));
        File.Delete(pipe);
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            made.WaitForExit();
        using var store = Open("store", Remote);
        Assert.False(Restore(store));
        Assert.EndsWith(" is no file; going on without the remote store", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("objects")]
    [InlineData("entries")]
    public void A_link_in_the_remote_store_leads_nothing_elsewhere(string part)
    {
        Directory.CreateDirectory(Remote);
        Directory.CreateDirectory(Path.Combine(_root, "elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(Remote, part), Path.Combine(_root, "elsewhere"));
        using var store = Open("store", Remote);
        Keep(store);
        Assert.Contains($"ROOT/remote/{part} is a link, and nothing is written through it; going on without the remote store", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_root, "elsewhere")));
    }

    [Theory]
    [InlineData("out.bin", "names out.bin twice")]
    [InlineData("out.bin/parts/b", "names out.bin as a file and as a folder")]
    public void An_entry_that_contradicts_itself_is_refused(string path, string complaint)
    {
        PutEntry(new StoredFile("out.bin", 6, Hash("result")), new StoredFile(path, 4, Hash("part")));
        using var store = Open("store", Remote);
        Assert.False(Restore(store));
        Assert.EndsWith($"warning LLAVA7009: {complaint}", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_cannot_be_written_is_one_warning()
    {
        Write("store", "a file where the folder should be");
        using var store = Open("store");
        Keep(store);
        Keep(store);
        Assert.StartsWith("llava: warning LLAVA7011: ROOT/store: ", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.EndsWith("; this run stores nothing", _warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_on_another_file_system_holds_copies()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "no second file system here");
        var memory = Directory.CreateDirectory($"/dev/shm/{Path.GetFileName(_root)}").FullName;
        try
        {
            using var store = Open(memory);
            Keep(store);
            // No link holds the two together: an edit of one leaves the other alone.
            File.WriteAllText(Path.Combine(Stage, "out.bin"), "edited");
            Assert.True(Restore(store));
            Assert.Equal("result", File.ReadAllText(Path.Combine(Stage, "out.bin")));
            Assert.Empty(_warnings);
        }
        finally
        {
            Directory.Delete(memory, recursive: true);
        }
    }

    [Fact]
    public void An_output_that_was_edited_through_its_link_poisons_neither_store()
    {
        using (var store = Open("store"))
            Keep(store);
        var stored = Path.Combine(_root, "store", ObjectName.OfContent(Hash("part")));
        File.SetUnixFileMode(stored, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(stored, "parT");
        // The stage runs again and writes what it wrote before.
        File.Delete(Path.Combine(Stage, "parts", "1.bin"));
        Write("artifacts/toy/parts/1.bin", "part");
        using (var store = Open("store", Remote))
            Keep(store);
        Assert.Equal("part", File.ReadAllText(stored));
        Assert.Equal("part", File.ReadAllText(Path.Combine(Remote, ObjectName.OfContent(Hash("part")))));
    }
}
