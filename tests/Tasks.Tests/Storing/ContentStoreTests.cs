using System.Security.Cryptography;
using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Store;

namespace Llava.Tasks.Tests.Storing;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ContentStoreTests : IDisposable
{
    const string Key = "0123456789abcdef";

    readonly string _folder = Directory.CreateTempSubdirectory("llava-store-").FullName;
    readonly ContentStore _store;

    public ContentStoreTests() => _store = new ContentStore(Path.Combine(_folder, "store"));

    string Stage => Path.Combine(_folder, "stage");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    StoredFile Write(string path, string text)
    {
        var full = Path.Combine(Stage, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return new StoredFile(path, text.Length, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    StoreEntry Store(params StoredFile[] files)
    {
        var entry = new StoreEntry("toy", Key, [1, 2, 3], files);
        _store.Write(entry, Stage);
        return entry;
    }

    [Fact]
    public void What_was_stored_comes_back_whole_and_equal_files_take_room_once()
    {
        var entry = Store(Write("a.bin", "same"), Write("parts/b.bin", "same"), Write("parts/c.bin", "other"));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_store.Folder, "objects"), "*", SearchOption.AllDirectories).Length);
        var read = _store.Read("toy", Key)!;
        Assert.Equal(entry.Files, read.Files);
        Assert.Equal([1, 2, 3], read.Record);
        Assert.Empty(_store.Missing(read));
        _store.Restore(read, Path.Combine(_folder, "again"));
        Assert.Equal("same", File.ReadAllText(Path.Combine(_folder, "again", "parts", "b.bin")));
        Assert.Equal("other", File.ReadAllText(Path.Combine(_folder, "again", "parts", "c.bin")));
        Assert.Null(_store.Read("toy", "another"));
    }

    [Fact]
    public void Stored_files_cannot_be_written_and_one_that_was_all_the_same_is_missing()
    {
        var file = Write("a.bin", "content");
        var entry = Store(file);
        var path = _store.PathOf(ObjectName.OfContent(file.Sha256));
        Assert.False(File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserWrite));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, "Content");
        Assert.Equal([file], _store.Missing(entry));
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("parts/../../outside.txt")]
    [InlineData("/tmp/outside.txt")]
    [InlineData("parts//b.bin")]
    [InlineData("parts\\..\\b.bin")]
    [InlineData("")]
    [InlineData(".")]
    public void An_entry_that_names_a_file_outside_is_refused(string path)
    {
        var bytes = new StoreEntry("toy", Key, [], [new StoredFile(path, 1, new string('a', 64))]).ToBytes();
        var refused = Assert.Throws<DiagnosticException>(() => StoreEntry.Parse(bytes, "toy", Key, "entry"));
        Assert.Equal($"entry: error LLAVA7009: names the file \"{path}\", which does not lie in the stage's folder", refused.Message);
    }

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("ABCDEF")]
    public void An_entry_with_a_hash_that_is_none_is_refused(string hash)
    {
        var bytes = new StoreEntry("toy", Key, [], [new StoredFile("a.bin", 1, hash)]).ToBytes();
        Assert.Throws<DiagnosticException>(() => StoreEntry.Parse(bytes, "toy", Key, "entry"));
    }

    [Fact]
    public void A_damaged_entry_is_refused_and_removed()
    {
        Store(Write("a.bin", "content"));
        var path = _store.PathOf(ObjectName.OfEntry("toy", Key));
        File.WriteAllText(path, File.ReadAllText(path).Replace("a.bin", "b.bin", StringComparison.Ordinal));
        var refused = Assert.Throws<DiagnosticException>(() => _store.Read("toy", Key));
        Assert.Equal($"{path}: error LLAVA7009: is damaged: its content has another hash than it says", refused.Message);
        Assert.Null(_store.Read("toy", Key));
    }

    [Fact]
    public void An_entry_under_another_name_is_refused()
    {
        var bytes = new StoreEntry("other", Key, [], []).ToBytes();
        Assert.Equal("entry: error LLAVA7009: belongs to other, not to toy", Assert.Throws<DiagnosticException>(() => StoreEntry.Parse(bytes, "toy", Key, "entry")).Message);
    }

    [Fact]
    public void Pruning_goes_by_age_then_by_size_and_spares_what_is_in_use()
    {
        foreach (var (name, age) in (ReadOnlySpan<(string, int)>)[("old", 40), ("middle", 20), ("new", 1), ("used", 90)])
        {
            _store.Write(new StoreEntry("toy", name, [], [Write($"{name}.bin", name + new string('x', 1000))]), Stage);
            File.SetLastWriteTimeUtc(_store.PathOf(ObjectName.OfEntry("toy", name)), DateTime.UtcNow.AddDays(-age));
        }
        var later = new LaterClock(TimeSpan.FromHours(2));
        var inUse = new HashSet<string> { ObjectName.OfEntry("toy", "used") };
        var dry = new StorePruning(_store, later).Run(TimeSpan.FromDays(30), 2100, inUse, dryRun: true);
        Assert.Equal((2, 2), (dry.EntriesRemoved, dry.EntriesKept));
        Assert.NotNull(_store.Read("toy", "old"));
        var result = new StorePruning(_store, later).Run(TimeSpan.FromDays(30), 2100, inUse, dryRun: false);
        Assert.Equal(dry, result);
        Assert.Equal([false, false, true, true], ((string[])["old", "middle", "new", "used"]).Select(name => _store.Has("toy", name)));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_store.Folder, "objects"), "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task An_object_is_young_from_when_it_was_stored_not_from_when_its_file_was_made()
    {
        var file = Write("a.bin", "content");
        var madeAt = new FileInfo(Path.Combine(Stage, "a.bin")).CreationTimeUtc;
        await Task.Delay(TimeSpan.FromSeconds(2));
        Store(file);
        File.Delete(_store.PathOf(ObjectName.OfEntry("toy", Key)));

        var hourLater = new StoppedClock(madeAt.AddHours(1).AddSeconds(1));
        Assert.Equal(0, new StorePruning(_store, hourLater).Run(TimeSpan.Zero, 0, new HashSet<string>(), dryRun: true).BytesRemoved);
        var laterStill = new StoppedClock(madeAt.AddHours(2));
        Assert.Equal(file.SizeBytes, new StorePruning(_store, laterStill).Run(TimeSpan.Zero, 0, new HashSet<string>(), dryRun: true).BytesRemoved);
    }

    sealed class StoppedClock(DateTime time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time;
    }

    [Fact]
    public void Pruning_leaves_alone_what_no_store_has_written()
    {
        string[] foreign = [_store.PathOf("objects/mine.txt"), _store.PathOf("entries/mine.json")];
        var unfinished = _store.PathOf($"{ObjectName.OfContent(new string('a', 64))}.1.partial");
        foreach (var path in foreign.Append(unfinished))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "{}");
        }
        var result = new StorePruning(_store, new LaterClock(TimeSpan.FromDays(90))).Run(TimeSpan.FromDays(30), 0, new HashSet<string>(), dryRun: false);
        Assert.Equal(new PruneResult(0, 2, 0, 0), result);
        Assert.All(foreign, path => Assert.True(File.Exists(path)));
        Assert.False(File.Exists(unfinished));
    }

    [Theory]
    [InlineData("s3:bucket")]
    [InlineData("s3:/bucket")]
    [InlineData("https://bucket")]
    public void An_address_that_is_neither_a_bucket_nor_a_folder_is_refused(string address) => Assert.Equal(
        $"llava: error LLAVA1009: -p:RemoteStore= is a folder or s3://bucket/prefix, not \"{address}\"",
        Assert.Throws<DiagnosticException>(() => RemoteStores.Open(address)).Message);

    sealed class LaterClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
