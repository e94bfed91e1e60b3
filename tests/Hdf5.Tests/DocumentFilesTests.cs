namespace Llava.Hdf5.Tests;

public sealed class DocumentFilesTests
{
    [Fact]
    public void The_ledger_of_step_1_is_no_document()
    {
        var folder = Directory.CreateTempSubdirectory("llava-documents-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.jsonl"), "{}\n");
            File.WriteAllText(Path.Combine(folder, "quarantine.jsonl"), "{}\n{}\n");
            Assert.Equal(["a.jsonl"], DocumentFiles.Find([folder]).Files.Select(file => file.Name));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
