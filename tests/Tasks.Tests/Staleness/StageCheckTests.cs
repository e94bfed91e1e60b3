using Llava.Contracts.Diagnostics;
using Llava.Tasks.Staleness;

namespace Llava.Tasks.Tests.Staleness;

/// <summary>One stage in a folder of its own, checked, run and recorded as the tasks do it.</summary>
public sealed class StageCheckTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("llava-stage-").FullName;

    public StageCheckTests()
    {
        Write("stages/Toy/Toy.cs", "class Toy;");
        Write("stages/Toy/Progress/Line.cs", "class Line;");
        Write("configs/toy.yaml", "# a comment\nsize: 3\nnested:\n  rate: 1e-3\n");
        Write("data/a.jsonl", "{}");
        Write("data/b.jsonl", "{}");
        Write("data/readme.txt", "not read");
    }

    string Artifacts => Path.Combine(_root, "artifacts");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    StageDefinition Definition() => new(
        "toy",
        Path.Combine(Artifacts, "toy"),
        ["Toy"],
        [Path.Combine(_root, "configs/toy.yaml")],
        new Dictionary<string, string> { ["Seed"] = "1" },
        [new InputDefinition("samples", Path.Combine(_root, "data"), [".jsonl"], ByNameOnly: false)]) { WatchRoot = _root };

    // A cache per check, as each build has its own session.
    IReadOnlyList<string> Reasons() => Check(Definition()).Reasons;

    StageVerdict Check(StageDefinition definition)
    {
        using var session = GraphSession.Create(_root, Artifacts);
        return new StageChecker(session).Check(definition, []);
    }

    void RunStage()
    {
        using var session = GraphSession.Create(_root, Artifacts);
        var checker = new StageChecker(session);
        var verdict = checker.Check(Definition(), []);
        checker.Want(verdict);
        Write("artifacts/toy/out.bin", "result");
        Write("artifacts/toy/parts/1.bin", "part");
        new StageManifest(verdict.Plan!, session.Inspector.Outputs(verdict.Directory), new Dictionary<string, double> { ["examples"] = 2 }, 1.5, "abc", DateTimeOffset.UnixEpoch, new Dictionary<string, string>()).Write();
        verdict.Listing!.Write(session.FilesOf("toy").DoneListing);
    }

    [Fact]
    public void A_list_of_watched_files_that_was_written_to_confuse_is_read_past()
    {
        RunStage();
        Write("artifacts/toy/.watch.tsv", "\n\t\t\t\nmissing\t\t\t\nmissing\t\t\t\0\nx\ty\ndamaged\tmany\tmany\tnone\nmissing\t\t\t../../../etc/passwd-not-there\nnice\t1\t\tnone\n");
        Assert.Equal([$"{_root}/none was damaged and has changed"], Reasons());
    }

    [Fact]
    public void A_watched_file_makes_the_stage_stale_when_it_goes_or_changes_and_not_when_it_is_touched()
    {
        RunStage();
        Write("picture.png", "1234567");
        Write("artifacts/toy/.watch.tsv", "good\t7\t\tpicture.png\n");
        Assert.Empty(Reasons());
        File.SetLastWriteTimeUtc(Path.Combine(_root, "picture.png"), DateTime.UtcNow.AddMinutes(5));
        Assert.Empty(Reasons());
        Write("picture.png", "123");
        Assert.Equal([$"{_root}/picture.png has another size"], Reasons());
        File.Delete(Path.Combine(_root, "picture.png"));
        Assert.Equal([$"{_root}/picture.png is gone"], Reasons());
    }

    [Fact]
    public void A_stage_that_never_ran_says_so_and_one_that_ran_is_fresh()
    {
        Assert.Equal(["it has not run yet"], Reasons());
        RunStage();
        Assert.Empty(Reasons());
    }

    [Fact]
    public void The_plan_is_newer_than_the_record_only_while_the_stage_is_stale()
    {
        RunStage();
        using var session = GraphSession.Create(_root, Artifacts);
        var checker = new StageChecker(session);
        var (want, done) = (session.FilesOf("toy").Want, Path.Combine(Artifacts, "toy/stage.json"));
        // A copied or moved artifacts folder has times of its own.
        File.SetLastWriteTimeUtc(want, DateTime.UtcNow.AddHours(1));
        checker.Want(checker.Check(Definition(), []));
        Assert.True(File.GetLastWriteTimeUtc(want) < File.GetLastWriteTimeUtc(done));
        // A clock that was set back makes the record look as if it came from the future.
        File.SetLastWriteTimeUtc(done, DateTime.UtcNow.AddHours(2));
        Write("data/a.jsonl", "{\"id\":1}");
        session.Inspector.Forget();
        checker.Want(checker.Check(Definition(), []));
        Assert.True(File.GetLastWriteTimeUtc(want) > File.GetLastWriteTimeUtc(done));
    }

    [Fact]
    public void Touching_files_reordering_yaml_and_editing_what_is_not_read_change_nothing()
    {
        RunStage();
        foreach (var file in Directory.GetFiles(_root, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(5));
        Write("configs/toy.yaml", "nested: {rate: 0.001}\nsize: 3 # three\n");
        Write("data/readme.txt", "another text");
        Write("stages/Toy/Progress/Line.cs", "class Line { }");
        Assert.Empty(Reasons());
    }

    [Fact]
    public void Each_change_is_named_exactly()
    {
        RunStage();
        Write("data/a.jsonl", "[]");
        File.Delete(Path.Combine(_root, "data/b.jsonl"));
        Write("configs/toy.yaml", "size: 4\nnested: {rate: 0.001, new: true}\n");
        Write("stages/Toy/Toy.cs", "class Toy { }");
        Assert.Equal(
            [
                "code: stages/Toy/Toy.cs changed, sha256 e2eb4085 -> 2ce779ed",
                "configs/toy.yaml: nested.new (unset) -> true",
                "configs/toy.yaml: size 3 -> 4",
                "samples: 2 files: data/a.jsonl changed, data/b.jsonl removed",
            ],
            Reasons());
    }

    [Fact]
    public void A_folder_that_was_moved_is_one_change_and_what_was_edited_in_it_another()
    {
        Write("data/more/c.jsonl", "[1]");
        RunStage();
        var definition = Definition() with { Inputs = [new InputDefinition("samples", Path.Combine(_root, "raw/moved"), [".jsonl"], ByNameOnly: false)] };
        Directory.CreateDirectory(Path.Combine(_root, "raw"));
        Directory.Move(Path.Combine(_root, "data"), Path.Combine(_root, "raw/moved"));
        Assert.Empty(Check(definition).Reasons);
        Write("raw/moved/b.jsonl", "[]");
        Assert.Equal(["samples: 3 files: data -> raw/moved (2 files), raw/moved/b.jsonl changed"], Check(definition).Reasons);
        File.Move(Path.Combine(_root, "raw/moved/more/c.jsonl"), Path.Combine(_root, "raw/moved/d.jsonl"));
        Write("raw/moved/e.jsonl", "[2]");
        Assert.Equal(["samples: 4 files: data -> raw/moved, data/more/c.jsonl -> raw/moved/d.jsonl, raw/moved/b.jsonl changed, …"], Check(definition).Reasons);
    }

    [Fact]
    public void An_output_that_is_gone_truncated_or_edited_to_the_same_size_is_noticed()
    {
        RunStage();
        File.Delete(Path.Combine(Artifacts, "toy/parts/1.bin"));
        Write("artifacts/toy/out.bin", "Result");
        Write("artifacts/toy/stray.bin", "");
        Assert.Equal(
            ["output out.bin is not what the stage wrote: sha256 f6a214f7 -> 6e7d50e8", "output parts is not what the stage wrote: 4 -> 0 bytes", "output stray.bin was not written by the stage"],
            Reasons());
    }

    [Fact]
    public void Moving_the_artifacts_changes_nothing()
    {
        RunStage();
        var moved = Path.Combine(_root, "elsewhere");
        Directory.Move(Artifacts, moved);
        using var session = GraphSession.Create(_root, moved);
        Assert.Empty(new StageChecker(session).Check(Definition() with { Directory = Path.Combine(moved, "toy") }, []).Reasons);
    }

    [Fact]
    public void A_record_that_cannot_be_read_means_that_the_stage_runs()
    {
        RunStage();
        Write("artifacts/toy/stage.json", "{\"stage\": \"toy\", ");
        Assert.Equal(["its record cannot be read"], Reasons());
    }

    [Theory]
    [InlineData("a.jsonl", "b.jsonl")]
    [InlineData("b.jsonl", null)]
    public void A_renamed_input_counts_even_where_it_is_the_only_one(string renamed, string? besides)
    {
        File.Delete(Path.Combine(_root, "data", besides is null ? "a.jsonl" : "readme.txt"));
        RunStage();
        File.Move(Path.Combine(_root, "data", renamed), Path.Combine(_root, "data", "z.jsonl"));
        Assert.Equal([$"samples: data/{renamed} -> data/z.jsonl"], Reasons());
    }

    [Fact]
    public void A_renamed_file_in_an_output_folder_is_noticed()
    {
        RunStage();
        File.Move(Path.Combine(Artifacts, "toy/parts/1.bin"), Path.Combine(Artifacts, "toy/parts/2.bin"));
        Assert.StartsWith("output parts is not what the stage wrote: sha256 ", Assert.Single(Reasons()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_run_says_what_changed_since_it_began()
    {
        using var session = GraphSession.Create(_root, Artifacts);
        var verdict = new StageChecker(session).Check(Definition(), []);
        new StageChecker(session).Want(verdict);
        File.WriteAllText(session.FilesOf("toy").Begun, verdict.Plan!.Key);
        Assert.Equal(["its last run was interrupted; it goes on from there"], Reasons());
        Write("configs/toy.yaml", "size: 4\nnested: {rate: 0.001}\n");
        Assert.Equal(["its last run was interrupted, and since then: configs/toy.yaml: size 3 -> 4"], Reasons());
    }

    [Fact]
    public void Every_missing_input_is_an_error_of_its_own()
    {
        var definition = Definition() with { Inputs = [new("samples", Path.Combine(_root, "no"), [], false), new("pictures", Path.Combine(_root, "none"), [], true)] };
        var failure = Assert.Throws<DiagnosticException>(() => Check(definition));
        Assert.Equal(
            [
                $"{_root}/no: error LLAVA7001: toy needs its samples here, but there is no such file or folder",
                $"{_root}/none: error LLAVA7001: toy needs its pictures here, but there is no such file or folder",
            ],
            failure.Diagnostics.Select(problem => problem.ToString()));
    }

    [Fact]
    public void The_record_reads_back_as_it_was_written()
    {
        RunStage();
        var manifest = StageManifest.TryRead(Path.Combine(Artifacts, "toy/stage.json"))!;
        Assert.Equal("toy", manifest.Plan.Stage);
        Assert.Equal("1", manifest.Plan.Settings["Seed"]);
        Assert.Equal("0.001", manifest.Plan.Settings["configs/toy.yaml: nested.rate"]);
        Assert.Equal(2, manifest.Counts["examples"]);
        Assert.Equal(["out.bin", "parts"], manifest.Outputs.Select(output => output.Path));
        Assert.Equal(Check(Definition()).Plan!.Key, manifest.Plan.Key);
    }
}
