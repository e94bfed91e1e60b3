namespace Llava.Hdf5.Tests;

public sealed class DocumentFilesTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-documents-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_ledger_of_step_1_is_no_document()
    {
        Write("a.jsonl");
        Write("quarantine.jsonl");
        Assert.Equal(["a.jsonl"], NamesIn(""));
    }

    [Fact]
    public void Names_begin_with_the_folder_where_there_are_several()
    {
        Write("a/x/1.jsonl");
        Write("a/y/1.jsonl");
        Assert.Equal(["x/1.jsonl", "y/1.jsonl"], NamesIn("a/x", "a/y/1.jsonl"));
    }

    [Fact]
    public void Folders_of_one_name_are_told_apart_by_those_they_lie_in()
    {
        Write("a/x/1.jsonl");
        Write("b/x/1.jsonl");
        Write("b/y/1.jsonl");
        Assert.Equal(["a/x/1.jsonl", "b/x/1.jsonl", "b/y/1.jsonl"], NamesIn("a/x", "b/x/", "b/y"));
    }

    IEnumerable<string> NamesIn(params string[] folders) => DocumentFiles.Find([.. folders.Select(folder => Path.Combine(_folder, folder))]).Files.Select(file => file.Name);

    void Write(string name)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "{}\n");
    }
}
