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
}
