using System.CommandLine;
using Llava.Contracts.Diagnostics;
using Llava.Conversion;
using Llava.Conversion.Inspection;

namespace Llava.Host.Verbs;

static class DiffVerb
{
    public static Command Create()
    {
        var first = new Argument<string>("first") { Description = "a checkpoint of any format" };
        var second = new Argument<string>("second") { Description = "another; a Hugging Face pair is compared under ModelZoo's names" };
        var command = new Command("diff", "Compares two checkpoints tensor by tensor, across formats: of one type bit for bit, of two types as numbers. Exit code 1 where they differ.") { first, second };
        command.SetAction((parsed, cancellation) =>
        {
            var count = 0;
            foreach (var difference in CheckpointComparison.Differences(parsed.GetRequiredValue(first), parsed.GetRequiredValue(second), cancellation))
            {
                System.Console.Out.WriteLine(PlainText.OneLine(difference));
                count++;
            }
            System.Console.Out.WriteLine(count switch { 0 => "the same tensors, bit for bit", 1 => "1 difference", _ => $"{count} differences" });
            return Task.FromResult(count == 0 ? 0 : 1);
        });
        return command;
    }
}
