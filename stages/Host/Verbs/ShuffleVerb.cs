using System.CommandLine;
using Llava.Hdf5;
using Llava.Hdf5.Configuration;

namespace Llava.Host.Verbs;

static class ShuffleVerb
{
    static readonly Option<string> Input = new("--input") { Description = "a folder of .h5 files", Required = true };
    static readonly Option<string> Output = new("--output") { Description = "the folder that receives data-00000.h5 and on", Required = true };
    static readonly Option<int> Chunks = new("--chunks") { Description = "how many files", Required = true };
    static readonly Option<long> Seed = new("--seed") { Description = "chooses the order", Required = true };

    public static Command Create()
    {
        WholeNumber.Require(Chunks, 1, ShuffleSection.MostChunks);
        var command = new Command("shuffle", "All rows of a folder in one random order; it depends on the seed and the number of rows only.") { Input, Output, Chunks, Seed };
        command.SetAction((parsed, cancellation) => ShuffleStage.RunAsync(
            new ShuffleOptions(parsed.GetRequiredValue(Input), parsed.GetRequiredValue(Output), parsed.GetRequiredValue(Chunks), parsed.GetRequiredValue(Seed)),
            VerbRunner.Log,
            cancellation));
        return command;
    }
}
