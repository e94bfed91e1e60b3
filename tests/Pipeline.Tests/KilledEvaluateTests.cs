using System.Diagnostics;

namespace Llava.Pipeline.Tests;

/// <summary><c>llava evaluate</c>, killed outright again and again while it answers.</summary>
[Collection(nameof(DemoRun))]
public sealed class KilledEvaluateTests(DemoRun demo)
{
    const int Kills = 6;

    [Fact]
    public void It_goes_on_behind_what_was_saved_and_ends_with_the_bytes_of_a_run_that_nobody_killed()
    {
        demo.ShortRun.MustSucceed();
        var (whole, killed) = (demo.FolderFor("evaluate-whole"), demo.FolderFor("evaluate-killed"));
        LlavaProgram.Run(Arguments(whole));

        var random = new Random(5);
        var (kills, saved) = (0, 0);
        while (kills < Kills && Kill(killed, saved, TimeSpan.FromMilliseconds(random.Next(60))) is { } savedNow)
        {
            Assert.True(savedNow > saved, $"{savedNow} answers after {saved}");
            (kills, saved) = (kills + 1, savedNow);
        }

        // A fast machine may be through before the last of them.
        Assert.InRange(kills, 2, Kills);
        Assert.Contains(" of 300 answers are there already", LlavaProgram.Run(Arguments(killed)), StringComparison.Ordinal);
        foreach (var name in (string[])["answers.jsonl", "blank_answers.jsonl", "score.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, name)), File.ReadAllBytes(Path.Combine(killed, name)));
        Assert.Equal(Directory.GetFiles(whole).Select(Path.GetFileName).Order(StringComparer.Ordinal), Directory.GetFiles(killed).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <returns>How many answers are saved now; null where the run ended first.</returns>
    int? Kill(string output, int savedBefore, TimeSpan later)
    {
        using var process = Process.Start(LlavaProgram.Command(Arguments(output)))!;
        var (text, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        while (Saved(output) <= savedBefore && !process.HasExited)
            Thread.Sleep(2);
        Thread.Sleep(later);
        process.Kill();
        process.WaitForExit();
        Assert.True(process.ExitCode is 0 or 137, text.Result + errors.Result);
        if (savedBefore is > 0 and < 300)
            Assert.Contains($"answering chartqa: {savedBefore} of 300 answers are there already", text.Result + errors.Result, StringComparison.Ordinal);
        return process.ExitCode == 0 ? null : Saved(output);
    }

    // Whole lines, under either name of the files: for a moment both are there.
    static int Saved(string output) => ((string[])["answers", "blank_answers"]).Sum(name => Math.Max(Lines(Path.Combine(output, name + ".jsonl")), Lines(Path.Combine(output, name + ".partial.jsonl"))));

    internal static int Lines(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd().Count(character => character == '\n');
        }
        catch (IOException)
        {
            return 0;
        }
    }

    string[] Arguments(string output) =>
    [
        "evaluate", "chartqa", "--model-path", Path.Combine(demo.Short, "export"), "--questions", Path.Combine(demo.Short, "preprocess", "demo-charts"),
        "--images", Path.Combine(demo.Short, "source", "raw"), "--output", output, "--suffix", "none", "--max-new-tokens", "8", "--blank-control", "--batch-size", "4",
    ];
}
