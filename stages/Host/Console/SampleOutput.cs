using Llava.Contracts.Diagnostics;
using Llava.Hdf5.Inspection;

namespace Llava.Host.Console;

/// <summary>A row on the terminal: learned tokens green, masked ones gray; in a file or a pipe, brackets say the same.</summary>
static class SampleOutput
{
    const string Green = "\e[32m", Gray = "\e[90m", Plain = "\e[0m";

    public static void Write(SampleView view, TextWriter output, bool hasColours)
    {
        foreach (var line in view.Heading)
            output.WriteLine(PlainText.OneLine(line));
        output.WriteLine(hasColours ? $"{Green}with loss{Plain}, {Gray}masked{Plain}" : "⟦with loss⟧, ⟨masked⟩");
        output.WriteLine();
        foreach (var run in view.Runs.Select(run => run with { Text = PlainText.Lines(run.Text) }))
            output.Write(hasColours ? Coloured(run) : Bracketed(run));
        output.WriteLine();
    }

    static string Coloured(TokenRun run) => run.HasLoss ? $"{Green}{run.Text}{Plain}" : run.IsAttended ? run.Text : $"{Gray}{run.Text}{Plain}";

    static string Bracketed(TokenRun run) => (run.HasLoss, run.IsAttended) switch
    {
        (true, true) => $"⟦{run.Text}⟧",
        (true, false) => $"⟨⟦{run.Text}⟧⟩",
        (false, true) => run.Text,
        (false, false) => $"⟨{run.Text}⟩",
    };
}
