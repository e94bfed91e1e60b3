using System.Text.Json;

namespace Llava.Pipeline.Tests;

/// <summary>When the tools are built again. The building itself is tested in a clone (<see cref="CloneTests"/>).</summary>
public sealed class ToolBuildTests : IDisposable
{
    static readonly DateTime LongAgo = new(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    readonly string _folder = Directory.CreateTempSubdirectory("llava-tools-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_source_counts_by_its_content_whatever_its_time_and_a_built_file_that_is_gone_counts_too()
    {
        PipelineRun.Start("BuildTools", _folder).MustSucceed();
        var checkout = CheckoutCopy.Make(Path.Combine(_folder, "checkout"));
        foreach (var name in (string[])["tools.stamp", "tools.files"])
            File.Copy(Path.Combine(PipelineRun.Repository, "artifacts", "build", name), Path.Combine(checkout, "artifacts", "build", name));
        File.SetLastWriteTimeUtc(Path.Combine(checkout, "stages/Hdf5/README.md"), DateTime.UtcNow);
        File.AppendAllText(Path.Combine(checkout, "stages/Hdf5/README.md"), "edited");
        Assert.Empty(Changed(checkout));

        string[] sources = ["build/CompileAhead.targets", "stages/Data/TextCleaning/Tables/html-entities.txt", "stages/Hdf5/Hdf5Stage.cs", "stages/Host/Verbs/TrainVerb.cs", "stages/Serve/Page/page.html", "tasks/Steps/CreateHdf5.cs"];
        foreach (var source in sources.Select(source => Path.Combine(checkout, source)))
        {
            File.AppendAllText(source, "\n");
            File.SetLastWriteTimeUtc(source, LongAgo);
        }
        File.Delete(Path.Combine(checkout, "stages/Train/TrainStage.cs"));
        File.AppendAllText(Path.Combine(checkout, "artifacts/build/tools.files"), "artifacts/tools/gone.dll\n");
        Assert.Equal([.. sources.Append("artifacts/tools/gone.dll").Append("stages/Train/TrainStage.cs").Order(StringComparer.Ordinal)], Changed(checkout));
    }

    static string[] Changed(string checkout)
    {
        var start = PipelineRun.Command("_CompareTools", "", "-getItem:_ChangedTool");
        start.WorkingDirectory = checkout;
        using var process = System.Diagnostics.Process.Start(start)!;
        using var items = JsonDocument.Parse(process.StandardOutput.ReadToEnd());
        return [.. items.RootElement.GetProperty("Items").GetProperty("_ChangedTool").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal)];
    }
}
