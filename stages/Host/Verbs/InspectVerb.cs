using System.CommandLine;
using Llava.Conversion;

namespace Llava.Host.Verbs;

static class InspectVerb
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "a file or folder of any format" };
        var command = new Command("inspect", "Lists a checkpoint's tensors: keys, types, shapes, sizes, totals.") { checkpoint };
        command.SetAction(parsed =>
        {
            foreach (var line in CheckpointListing.Lines(parsed.GetRequiredValue(checkpoint)))
                System.Console.Out.WriteLine(line);
        });
        return command;
    }
}
