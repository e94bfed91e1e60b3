using System.CommandLine;

namespace Llava.Host.Verbs;

/// <summary>Every verb of the program, in the order of the pipeline.</summary>
static class VerbTable
{
    public static IEnumerable<Command> All() =>
    [
        DemoVerb.Create(),
        DownloadVerb.Create(),
        PreprocessVerb.Create(),
        JsonToJsonLinesVerb.Create(),
        Hdf5Verb.Create(),
        ShuffleVerb.Create(),
        ConvertVerb.Create(),
        InspectVerb.Create(),
        DiffVerb.Create(),
        TrainVerb.Create(),
        GenerateVerb.Create(),
        ChatVerb.Create(),
        ServeVerb.Create(),
        EvaluateVerb.Create(),
        ScoreVerb.Create(),
        CheckVerb.Create(),
    ];
}
