using System.Diagnostics;

namespace Llava.Pipeline.Tests;

/// <summary>What is edited while a stage of the real graph runs.</summary>
[Collection(nameof(DemoRun))]
public sealed class ChangedUnderRunTests(DemoRun demo)
{
    [Fact]
    public void What_changed_while_a_stage_ran_stops_the_run_and_is_not_recorded_as_done_and_what_was_only_touched_is_named()
    {
        demo.ShortRun.MustSucceed();
        var (artifacts, text) = (demo.CopyOfShort("underneath"), File.ReadAllText(demo.OwnDataset));
        try
        {
            File.WriteAllText(demo.OwnDataset, DemoRun.OwnSamples("5"));
            var changed = RunAndWrite(artifacts, 1, "6");
            Assert.Contains($"error LLAVA7004: preprocess/own is not recorded as done, because what it reads changed while it ran: raw data: {demo.OwnDataset} changed, sha256 ", changed, StringComparison.Ordinal);
            Assert.DoesNotContain("phase2-hdf5 is stale", changed, StringComparison.Ordinal);

            // What was there at the start is back at the end, as after a touch.
            var putBack = RunAndWrite(artifacts, 0, "7", "6");
            Assert.Contains($"{Path.GetDirectoryName(demo.OwnDataset)} : warning LLAVA7004: this was written to while preprocess/own ran, and holds again what it held before; ", putBack, StringComparison.Ordinal);
            Assert.Contains("phase2-hdf5 is stale", putBack, StringComparison.Ordinal);
            demo.Start("Phase2Hdf5", artifacts).MustRunNothing();
            Assert.Contains("\"6\"", File.ReadAllText(Path.Combine(artifacts, "preprocess", "own", "own.jsonl")), StringComparison.Ordinal);
        }
        finally
        {
            File.WriteAllText(demo.OwnDataset, text);
        }
    }

    [Fact]
    public void Code_that_is_edited_while_a_stage_runs_counts_from_the_next_run_on_and_tools_that_are_built_meanwhile_end_this_one()
    {
        demo.ShortRun.MustSucceed();
        var (artifacts, checkout, text) = (demo.CopyOfShort("edited"), CheckoutCopy.Make(demo.FolderFor("edited-checkout")), File.ReadAllText(demo.OwnDataset));
        var command = PipelineRun.Command("Phase2Hdf5", artifacts, [.. demo.ShortProperties, PipelineRun.WithItsTools]);
        command.WorkingDirectory = checkout;
        try
        {
            File.WriteAllText(demo.OwnDataset, DemoRun.OwnSamples("8"));
            RunAndEdit(command, 0, () => CheckoutCopy.Edit(checkout, "stages/Hdf5/Hdf5Stage.cs", code => code + "// edited\n"));
            var why = new WhyReport(PipelineRun.StartAt(checkout, "Why", artifacts, demo.ShortProperties));
            Assert.Contains("phase2-hdf5", why.In("stale"));
            Assert.DoesNotContain("preprocess/own", why.In("stale"));
            Assert.Contains(why.LinesOf("phase2-hdf5"), line => line.StartsWith("code: stages/Hdf5/Hdf5Stage.cs changed", StringComparison.Ordinal));

            File.WriteAllText(demo.OwnDataset, DemoRun.OwnSamples("9"));
            var ended = RunAndEdit(command, 1, () => File.WriteAllText(Path.Combine(checkout, "artifacts/build/tools.stamp"), "of another run"));
            Assert.Contains("error LLAVA7004: phase2-hdf5 was not started, because another run has built the tools from other sources since this one began; run the target again", ended, StringComparison.Ordinal);
        }
        finally
        {
            File.WriteAllText(demo.OwnDataset, text);
        }
    }

    string RunAndWrite(string artifacts, int exitCode, params string[] answers) => RunAndEdit(PipelineRun.Command("Phase2Hdf5", artifacts, demo.ShortProperties), exitCode, () =>
    {
        foreach (var answer in answers)
            File.WriteAllText(demo.OwnDataset, DemoRun.OwnSamples(answer));
    });

    // As soon as the plan is made, which is when the program starts.
    static string RunAndEdit(ProcessStartInfo command, int exitCode, Action edit)
    {
        using var run = Process.Start(command)!;
        var output = "";
        while (run.StandardOutput.ReadLine() is { } line)
        {
            output += line + "\n";
            if (line.Contains("preprocess/own is stale", StringComparison.Ordinal))
                edit();
        }
        run.WaitForExit();
        Assert.True(run.ExitCode == exitCode, output);
        return output;
    }
}
