using Llava.Tasks.Staleness;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Tests.Staleness;

public sealed class StageStartTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Stage => Path.Combine(_folder, "toy");

    void Begin(bool isRecorded)
    {
        using var session = GraphSession.Create(_folder, _folder);
        var files = session.FilesOf("toy");
        Directory.CreateDirectory(session.GraphFolder);
        Directory.CreateDirectory(Stage);
        File.WriteAllText(files.Want, """{"key": "k"}""");
        File.WriteAllText(files.Begun, "k");
        File.WriteAllText(Path.Combine(Stage, "half.bin"), "");
        File.WriteAllText(Path.Combine(Stage, "half.bin.2147483647.partial"), "");
        if (isRecorded)
            File.WriteAllText(Path.Combine(Stage, StageManifest.FileName), "{}");
        var want = new TaskItem(files.Want);
        want.SetMetadata("Stage", "toy");
        want.SetMetadata("StageDirectory", Stage);
        StageStart.Begin(session, want, keeps: null);
    }

    [Fact]
    public void An_interrupted_stage_goes_on_without_the_temporaries_of_the_killed_program()
    {
        Begin(isRecorded: false);
        Assert.Equal(["half.bin"], Directory.GetFiles(Stage).Select(Path.GetFileName));
    }

    [Fact]
    public void A_stage_whose_commit_was_killed_after_the_record_does_not_go_on_from_outputs_that_were_changed_since()
    {
        Begin(isRecorded: true);
        Assert.Empty(Directory.GetFiles(Stage));
    }
}
