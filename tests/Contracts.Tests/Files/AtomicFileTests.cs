using Llava.Contracts.Files;

namespace Llava.Contracts.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-atomic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_appears_at_commit_and_not_before()
    {
        var path = Path.Combine(_folder, "sub", "a.txt");
        using (var file = new AtomicFile(path))
        {
            file.Stream.Write("whole"u8);
            Assert.False(File.Exists(path));
            file.Commit();
        }
        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Equal(["a.txt"], Directory.GetFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName));
    }

    [Fact]
    public void Without_a_commit_the_old_file_stays_and_nothing_is_left_behind()
    {
        var path = Path.Combine(_folder, "a.txt");
        File.WriteAllText(path, "old");
        using (var file = new AtomicFile(path))
            file.Stream.Write("half"u8);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_killed_programs_left_is_removed_and_a_begun_download_stays()
    {
        string[] names = ["a.txt", "a.txt.partial", "a.txt.from.partial", "a.txt.2147483647.partial", $"sub/b.bin.{Environment.ProcessId}.partial"];
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        foreach (var name in names)
            File.WriteAllText(Path.Combine(_folder, name), "half");
        AtomicFile.RemoveLeftBehind(_folder);
        Assert.Equal(["a.txt", "a.txt.from.partial", "a.txt.partial"], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder, path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_somebody_writes_just_now_stays_until_it_is_let_go()
    {
        var (own, others) = (AtomicFile.TemporaryPathOf(Path.Combine(_folder, "a.txt")), Path.Combine(_folder, "b.txt.2147483647.partial"));
        using (var file = new AtomicFile(Path.Combine(_folder, "a.txt")))
        using (new FileStream(others, FileMode.Create, FileAccess.ReadWrite, FileShare.Read))
        {
            file.Finish();
            AtomicFile.RemoveLeftBehind(_folder);
            Assert.True(File.Exists(own) && File.Exists(others));
            file.Commit();
        }
        AtomicFile.RemoveLeftBehind(_folder);
        Assert.Equal(["a.txt"], Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void A_full_disk_leaves_nothing_behind()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full to link to");
        var path = Path.Combine(_folder, "a.txt");
        File.CreateSymbolicLink(AtomicFile.TemporaryPathOf(path), "/dev/full");
        Assert.Contains("No space left on device", Assert.Throws<IOException>(() => AtomicFile.WriteAllText(path, "whole")).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }
}
