using System.Runtime.Versioning;
using Llava.Tasks.Staleness;

namespace Llava.Tasks.Tests.Staleness;

/// <summary>A folder of files, looked at by one build after another.</summary>
public sealed class FingerprintCacheTests : IDisposable
{
    static readonly TreeFilter Text = TreeFilter.Input with { Suffixes = [".txt"] };

    readonly string _root = Directory.CreateTempSubdirectory("llava-fingerprints-").FullName;

    public FingerprintCacheTests()
    {
        Write("data/one/a.txt", "first");
        Write("data/two/deep/b.txt", "other");
        Write("data/two/c.png", "no text");
        Settle();
    }

    string Data => Path.Combine(_root, "data");

    string Graph => Path.Combine(_root, ".graph");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>What was written just now is hashed again next time, because a second write could carry the same time.</summary>
    static void Settle() => Thread.Sleep(80);

    /// <summary>One build's look.</summary>
    TreeDigest Look(Func<FingerprintCache, FingerprintedTree>? at = null)
    {
        var cache = FingerprintCache.Load(Graph);
        var digest = (at ?? (cache => cache.Of(Data, Text)))(cache).Digest;
        cache.Save();
        return digest;
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void A_link_to_a_folder_that_it_lies_in_is_not_followed_and_any_other_is()
    {
        Write("elsewhere/e.txt", "there");
        Directory.CreateSymbolicLink(Path.Combine(Data, "loop"), ".");
        Directory.CreateSymbolicLink(Path.Combine(Data, "two", "up"), _root);
        Directory.CreateSymbolicLink(Path.Combine(Data, "two", "side"), "../../elsewhere");
        Directory.CreateSymbolicLink(Path.Combine(_root, "elsewhere", "round"), Path.Combine(_root, "elsewhere"));
        var (_, files) = FolderLook.Files(Data, Text);
        Assert.Equal(["one/a.txt", "two/deep/b.txt", "two/side/e.txt"], files.Select(file => file.RelativePath));
    }

    [Fact]
    public void An_unchanged_folder_is_known_without_a_record_of_its_files()
    {
        var first = Look();
        var record = Directory.GetFiles(Graph, "*.fingerprints.tsv").Single();
        File.Delete(record);
        Assert.Equal(first, Look());
        Assert.False(File.Exists(record));
        Assert.Equal(2, first.Files);
    }

    [Fact]
    public void A_record_whose_hashes_are_none_is_not_believed()
    {
        // A hash becomes a file's name in the store.
        var first = Look();
        foreach (var path in Directory.GetFiles(Graph))
            File.WriteAllText(path, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(path), @"\t[0-9a-f]{64}\t", $"\t{"../../../../escaped".PadRight(64, '.')}\t"));
        Assert.Equal(first, Look());
    }

    [Fact]
    public void What_is_asked_of_an_unchanged_folder_is_still_told_file_by_file()
    {
        Look();
        Assert.Equal(["one/a.txt", "two/deep/b.txt"], FingerprintCache.Load(Graph).Of(Data, Text).Files.Select(file => file.RelativePath));
    }

    [Fact]
    public void Every_edit_is_seen_and_undoing_it_gives_the_first_digest_again()
    {
        var first = Look();
        Write("data/two/deep/b.txt", "OTHER");
        var edited = Look();
        Assert.NotEqual(first, edited);
        Settle();
        Assert.Equal(edited, Look());
        Write("data/two/deep/b.txt", "other");
        Assert.Equal(first, Look());
        File.Move(Path.Combine(Data, "one/a.txt"), Path.Combine(Data, "one/z.txt"));
        Assert.NotEqual(first, Look());
        File.Move(Path.Combine(Data, "one/z.txt"), Path.Combine(Data, "one/a.txt"));
        Write("data/two/new/d.txt", "third");
        Assert.Equal(3, Look().Files);
        Directory.Delete(Path.Combine(Data, "two"), recursive: true);
        Assert.Equal(1, Look().Files);
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void An_edit_to_the_same_size_whose_time_was_put_back_is_seen()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems do not tell when a file was last changed");
        var (first, file) = (Look(), Path.Combine(Data, "one/a.txt"));
        var (single, time) = (Look(cache => cache.Of(file)), File.GetLastWriteTimeUtc(file));
        Write("data/one/a.txt", "FIRST");
        File.SetLastWriteTimeUtc(file, time);
        Assert.NotEqual(first, Look());
        Assert.NotEqual(single, Look(cache => cache.Of(file)));
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void An_edit_of_what_a_link_leads_to_is_seen()
    {
        Write("elsewhere/target.txt", "target");
        File.CreateSymbolicLink(Path.Combine(Data, "one/link.txt"), Path.Combine(_root, "elsewhere/target.txt"));
        Directory.CreateSymbolicLink(Path.Combine(Data, "linked"), Path.Combine(_root, "elsewhere"));
        Settle();
        var first = Look();
        Assert.Equal(4, first.Files);
        Write("elsewhere/target.txt", "TARGET");
        Assert.NotEqual(first, Look());
    }

    [Fact]
    public void Names_alone_do_not_care_for_contents_and_a_filter_not_for_other_files()
    {
        var names = Look(cache => cache.NamesOf(Data, Text));
        var contents = Look();
        Write("data/one/a.txt", "another");
        Assert.Equal(names, Look(cache => cache.NamesOf(Data, Text)));
        Assert.NotEqual(contents, Look());
        contents = Look();
        Write("data/two/c.png", "another");
        Write("data/one/half.txt.partial", "half");
        Write("data/one/stage.json", "{}");
        Write("data/one/.hidden.txt", "a stage's memory");
        Write("data/.shards/deep/a.txt", "a stage's memory");
        Assert.Equal(contents, Look());
        Write("data/one/e.txt", "");
        Assert.NotEqual(names, Look(cache => cache.NamesOf(Data, Text)));
    }

    [Fact]
    public void Many_folders_are_looked_at_alike_every_time()
    {
        for (var folder = 0; folder < 40; folder++)
        {
            for (var file = 0; file < 5; file++)
                Write($"data/many/{folder}/{file}.txt", $"{folder} {file}");
        }
        Settle();
        var first = Look();
        Assert.Equal(202, first.Files);
        for (var time = 0; time < 5; time++)
            Assert.Equal(first, Look());
        Write("data/many/17/3.txt", "17 4");
        Assert.NotEqual(first, Look());
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void Files_that_the_store_has_linked_to_are_not_read_again()
    {
        Look();
        var cache = FingerprintCache.Load(Graph);
        var before = cache.Of(Path.Combine(Data, "one")).Digest;
        File.SetUnixFileMode(Path.Combine(Data, "one/a.txt"), UnixFileMode.UserRead);
        cache.AcceptLinks([Path.Combine(Data, "one/a.txt")]);
        cache.Forget();
        Assert.Equal(before, cache.Of(Path.Combine(Data, "one")).Digest);
        cache.Save();
        foreach (var record in Directory.GetFiles(Graph, "*.fingerprints.tsv"))
            File.Delete(record);
        Assert.Equal(before, Look(next => next.Of(Path.Combine(Data, "one"))));
        Assert.Empty(Directory.GetFiles(Graph, "*.fingerprints.tsv"));
    }
}
