using System.CommandLine;
using Llava.Contracts.Diagnostics;
using Llava.Conversion;
using Llava.Conversion.Inspection;
using Llava.Hdf5.Inspection;
using Llava.Host.Console;

namespace Llava.Host.Verbs;

static class InspectVerb
{
    static readonly Argument<string> Subject = new("path") { Description = "a checkpoint of any format (file or folder), or a file of samples (.h5) or a folder of them" };
    static readonly Option<long> Row = new("--row") { Description = "which sample, counted from 0", DefaultValueFactory = _ => 0 };
    static readonly Option<string?> Tokenizer = new("--tokenizer") { Description = "folder of the tokenizer; without it, the one that data_params.json beside the samples names" };

    public static Command Create()
    {
        var command = new Command("inspect", "Lists a checkpoint's tensors (keys, types, shapes, sizes, totals), or shows a training sample: its text with loss and attention masks.") { Subject, Row, Tokenizer };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(Subject);
            if (HoldsSamples(path))
                SampleOutput.Write(SampleView.Of(path, parsed.GetValue(Row), parsed.GetValue(Tokenizer)), System.Console.Out, HasColours);
            else
                WriteTensors(path);
        });
        return command;
    }

    static bool HasColours => !System.Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    // CLIP's own folder has its weights as .h5 too.
    static bool HoldsSamples(string path) => Directory.Exists(path)
        ? !CheckpointListing.IsCheckpoint(path) && Directory.EnumerateFiles(path, "*.h5").Any()
        : path.EndsWith(".h5", StringComparison.OrdinalIgnoreCase);

    static void WriteTensors(string path)
    {
        foreach (var line in CheckpointListing.Lines(path))
            System.Console.Out.WriteLine(PlainText.OneLine(line));
    }
}
