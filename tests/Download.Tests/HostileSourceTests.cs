using System.IO.Compression;
using System.Text;

namespace Llava.Download.Tests;

/// <summary>What a lock file, a hub or an archive may not do, beyond what the tests of each try.</summary>
public sealed class HostileSourceTests : IDisposable
{
    readonly DownloadRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("../escaped.json", "leaves the folder")]
    [InlineData("/tmp/llava-escaped.json", "is not a relative path")]
    [InlineData("a/../../escaped.json", "leaves the folder")]
    public async Task A_lock_file_cannot_have_a_file_put_elsewhere(string path, string complaint)
    {
        var commit = _run.Hub.Commit("datasets/team/charts", ("a.json", "evil", false));
        var file = $$"""{"{{path}}": {"size": 4, "sha256": "{{DownloadRun.Sha256("evil")}}"} }""";
        File.WriteAllText(_run.LockFile, $$"""{"version": 1, "sources": {"hub:datasets/team/charts@main": {"revision": "{{commit}}", "patterns": ["*"], "files": {{file}} } } }""");
        Assert.Equal([$"charts: error LLAVA2063: hub:datasets/team/charts@main lists \"{path}\", whose name {complaint}"], await _run.Add("charts", "hub:datasets/team/charts").FailAsync());
        Assert.False(File.Exists("/tmp/llava-escaped.json"));
    }

    [Theory]
    [InlineData(0x2000, "is neither file nor folder")]
    [InlineData(0x6000, "is neither file nor folder")]
    [InlineData(0x1000, "is neither file nor folder")]
    [InlineData(0xC000, "is neither file nor folder")]
    [InlineData(0xA000, "is a symbolic link")]
    public async Task Devices_pipes_sockets_and_links_refuse_the_archive(int kind, string complaint)
    {
        Add(zip =>
        {
            Entry(zip, "odd", "/tmp").ExternalAttributes = unchecked((int)((uint)kind << 16));
            Entry(zip, "odd/through.txt", "written through it");
        });
        Assert.Contains($"data/images.zip: error LLAVA2059: pictures/images.zip is not unpacked: \"odd\" {complaint}", await _run.FailAsync());
        Assert.Equal(["images.zip"], _run.FilesIn("data"));
        Assert.False(File.Exists("/tmp/through.txt"));
    }

    [Theory]
    [InlineData("a\nb.jpg", "has control characters")]
    [InlineData("\u001b[2J.jpg", "has control characters")]
    public async Task A_name_with_control_characters_refuses_the_archive(string name, string complaint)
    {
        Add(zip => Entry(zip, name, "x"));
        var problem = Assert.Single(await _run.FailAsync());
        Assert.EndsWith(complaint, problem, StringComparison.Ordinal);
        Assert.DoesNotContain(problem, char.IsControl);
    }

    [Fact]
    public async Task Names_without_end_refuse_the_archive()
    {
        Add(zip => Entry(zip, new string('x', 300), "x"));
        Assert.EndsWith("is too long", Assert.Single(await _run.FailAsync()), StringComparison.Ordinal);
        Assert.Equal(["images.zip"], _run.FilesIn("data"));
    }

    [Fact]
    public async Task Names_that_differ_by_case_alone_are_two_files()
    {
        Add(zip =>
        {
            Entry(zip, "a.jpg", "small");
            Entry(zip, "A.jpg", "large");
        });
        await _run.RunAsync();
        Assert.Equal(("small", "large"), (_run.Read("data/a.jpg"), _run.Read("data/A.jpg")));
    }

    [Fact]
    public async Task More_entries_than_a_data_set_has_are_refused()
    {
        _run.ArchiveLimits = _run.ArchiveLimits with { MostEntries = 10 };
        Add(zip =>
        {
            for (var i = 0; i < 11; i++)
                Entry(zip, $"{i}", "");
        });
        Assert.Equal(["data/images.zip: error LLAVA2059: pictures/images.zip is not unpacked: it has 11 entries, more than 10"], await _run.FailAsync());
    }

    void Add(Action<ZipArchive> fill)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
            fill(zip);
        _run.Add("pictures", _run.Hub.Host("/images.zip", buffer.ToArray()), ("unpack", true));
    }

    static ZipArchiveEntry Entry(ZipArchive zip, string name, string text)
    {
        var entry = zip.CreateEntry(name);
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
        return entry;
    }
}
