using System.IO.Compression;
using System.Text;
using Llava.Download.Archives;

namespace Llava.Download.Tests;

public sealed class ArchiveTests : IDisposable
{
    readonly DownloadRun _run = new();

    public void Dispose() => _run.Dispose();

    static byte[] Zip(params (string Path, string Text)[] files) => Zip(zip =>
    {
        foreach (var (path, text) in files)
            Write(zip.CreateEntry(path), text);
    });

    static byte[] Zip(Action<ZipArchive> fill)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
            fill(zip);
        return buffer.ToArray();
    }

    static void Write(ZipArchiveEntry entry, string text)
    {
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    DownloadRun Add(byte[] archive, params (string, object)[] more) => _run.Add("pictures", _run.Hub.Host("/images.zip", archive), [("unpack", true), .. more]);

    [Fact]
    public async Task An_archive_is_unpacked_recorded_and_removed()
    {
        Add(Zip(("00000/a.jpg", "first"), ("00000/b.jpg", "second"), ("empty/", "")));
        await _run.RunAsync();
        Assert.Equal([".images.zip.unpacked", "00000/a.jpg", "00000/b.jpg"], _run.FilesIn("data"));
        Assert.Equal("first", _run.Read("data/00000/a.jpg"));

        _run.Hub.Forget();
        await _run.RunAsync(frozen: true);
        File.Delete(_run["record.tsv"]);
        await _run.RunAsync();
        Assert.Empty(_run.Hub.Requests);
    }

    [Fact]
    public async Task A_file_that_is_missing_or_damaged_brings_the_archive_back()
    {
        Add(Zip(("a.jpg", "first"), ("b.jpg", "second")));
        await _run.RunAsync();
        File.Delete(_run["data/a.jpg"]);
        await _run.RunAsync();
        Assert.Equal("first", _run.Read("data/a.jpg"));
        File.WriteAllText(_run["data/b.jpg"], "edited");
        Assert.Equal(["data/b.jpg: error LLAVA2061: pictures/images.zip has another file of this name: remove the one here, or move it away"], await _run.FailAsync());
        Assert.Equal("edited", _run.Read("data/b.jpg"));
    }

    [Fact]
    public async Task A_moved_lock_replaces_what_the_old_archive_brought()
    {
        Add(Zip(("a.jpg", "first")));
        await _run.RunAsync();
        _run.Hub.Host("/images.zip", Zip(("a.jpg", "newer")));
        await _run.RunAsync();
        Assert.Equal("first", _run.Read("data/a.jpg"));
        await _run.RunAsync(updateLock: true);
        Assert.Equal("newer", _run.Read("data/a.jpg"));
    }

    [Fact]
    public async Task Members_go_where_their_rule_says()
    {
        Add(Zip(("set/train/png/1.png", "one"), ("set/train/train.json", "[]"), ("__MACOSX/x", "junk"), ("note.txt", "note")),
            ("place", new[] { "__MACOSX/=-", $"set/train/png/={_run["images/train"]}", "set/=" }));
        await _run.RunAsync();
        Assert.Equal([".images.zip.unpacked", "note.txt", "train/train.json"], _run.FilesIn("data"));
        Assert.Equal(["train/1.png"], _run.FilesIn("images"));
        _run.Hub.Forget();
        await _run.RunAsync();
        Assert.Empty(_run.Hub.Requests);
    }

    [Theory]
    [InlineData("../evil.jpg", "leaves the folder")]
    [InlineData("a/../../evil.jpg", "leaves the folder")]
    [InlineData("/tmp/evil.jpg", "is not a relative path")]
    [InlineData("C:/evil.jpg", "is not a relative path")]
    [InlineData("a\\..\\..\\evil.jpg", "is not a relative path")]
    public async Task A_path_that_leaves_the_folder_refuses_the_archive(string path, string complaint)
    {
        Add(Zip(("good.jpg", "good"), (path, "evil")));
        Assert.Equal([$"data/images.zip: error LLAVA2059: pictures/images.zip is not unpacked: \"{path}\" {complaint}"], await _run.FailAsync());
        Assert.Equal(["images.zip"], _run.FilesIn("data"));
    }

    [Fact]
    public async Task A_link_refuses_the_archive()
    {
        Add(Zip(zip =>
        {
            var link = zip.CreateEntry("link");
            Write(link, "/etc/passwd");
            link.ExternalAttributes = unchecked((int)0xA1FF0000);
        }));
        Assert.Equal(["data/images.zip: error LLAVA2059: pictures/images.zip is not unpacked: \"link\" is a symbolic link"], await _run.FailAsync());
    }

    [Fact]
    public async Task One_name_twice_and_a_file_that_is_a_folder_too_refuse_the_archive()
    {
        Add(Zip(("a.jpg", "1"), ("a.jpg", "2"), ("b", "file"), ("b/c.jpg", "below it")));
        Assert.Equal(
            [
                "data/images.zip: error LLAVA2059: pictures/images.zip is not unpacked: \"data/b\" is both a file and a folder",
                "data/images.zip: error LLAVA2059: pictures/images.zip is not unpacked: \"a.jpg\" is there twice",
            ], await _run.FailAsync());
    }

    [Fact]
    public async Task An_archive_that_explodes_is_refused_before_it_does()
    {
        _run.ArchiveLimits = new ArchiveLimits { HarmlessBytes = 1000 };
        var bomb = Zip(("zeros.bin", new string('0', 1_000_000)));
        Add(bomb);
        Assert.Equal([$"data/images.zip: error LLAVA2059: pictures/images.zip is not unpacked: {bomb.Length} bytes would become 1000000, more than 100 times as many"], await _run.FailAsync());
    }

    [Fact]
    public async Task A_file_larger_than_declared_is_not_believed()
    {
        var archive = Zip(("zeros.bin", new string('0', 100_000)));
        // Both records of the entry declare the size; the central one is what an unpacker goes by.
        Declare(archive, 100_000, 10);
        Add(archive);
        var problem = Assert.Single(await _run.FailAsync());
        Assert.Matches("error LLAVA20(59|60): ", problem);
        Assert.Equal(["images.zip"], _run.FilesIn("data"));
    }

    [Fact]
    public async Task A_damaged_file_is_found_by_its_checksum()
    {
        var archive = Zip(zip => Write(zip.CreateEntry("a.txt", CompressionLevel.NoCompression), "the content"));
        archive[archive.AsSpan().IndexOf("content"u8)] = (byte)'K';
        Add(archive);
        Assert.Equal(["data/images.zip: error LLAVA2060: pictures/images.zip is no zip archive that can be read: \"a.txt\" is damaged"], await _run.FailAsync());
        Assert.Equal(["images.zip"], _run.FilesIn("data"));
    }

    [Fact]
    public async Task What_is_no_archive_is_said_to_be_none()
    {
        Add("<html>not found</html>"u8.ToArray());
        Assert.StartsWith("data/images.zip: error LLAVA2060: pictures/images.zip is no zip archive that can be read: ", Assert.Single(await _run.FailAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_kinds_of_archives_are_not_passed_over()
    {
        _run.Add("pictures", _run.Hub.Host("/images.tgz", [31, 139]), ("unpack", true));
        Assert.Equal(["pictures: error LLAVA2050: images.tgz is no zip archive, and no other kind is unpacked: leave Unpack away, and unpack it yourself"], await _run.FailAsync());
    }

    static void Declare(byte[] archive, int was, int now)
    {
        var (old, changed) = (BitConverter.GetBytes(was), BitConverter.GetBytes(now));
        for (int at; (at = archive.AsSpan().IndexOf(old)) >= 0;)
            changed.CopyTo(archive, at);
    }
}
