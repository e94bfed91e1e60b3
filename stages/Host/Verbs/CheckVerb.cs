using System.CommandLine;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Hdf5;
using Llava.Train;

namespace Llava.Host.Verbs;

/// <summary>Reads the yaml files of a recipe as strictly as their steps will, and reports all that is wrong with all of them.</summary>
static class CheckVerb
{
    public static Command Create()
    {
        var hdf5 = new Option<string[]>("--hdf5") { Description = "a preprocessing yaml, then its key=value overrides, with ';' between", DefaultValueFactory = _ => [] };
        var train = new Option<string[]>("--train") { Description = "a training yaml, then its key=value overrides, with ';' between", DefaultValueFactory = _ => [] };
        var verb = new Command("check", "Check configuration files without running anything.") { hdf5, train };
        verb.SetAction(parsed =>
        {
            var problems = new List<Diagnostic>();
            var samples = parsed.GetRequiredValue(hdf5).Select(Split)
                .Select(file => (file.Path, ImageTokens: Collect(problems, () => Hdf5Stage.CheckConfiguration(ConfigDocument.Load(file.Path, file.Overrides))))).ToList();
            var models = parsed.GetRequiredValue(train).Select(Split)
                .Select(file => (file.Path, ImageTokens: Collect(problems, () => TrainStage.CheckConfiguration(file.Path, file.Overrides)))).ToList();
            problems.AddRange(samples.SelectMany(sample => models.Where(model => sample.ImageTokens is not null && model.ImageTokens is not null && sample.ImageTokens != model.ImageTokens)
                .Select(model => ErrorCatalog.ImageElsewhere.At(sample.Path, $"dataset.num_patches is {sample.ImageTokens}, but the image and patch size in {model.Path} make {model.ImageTokens}"))));
            DiagnosticException.ThrowIfAny(problems);
        });
        return verb;
    }

    static (string Path, string[] Overrides) Split(string argument)
    {
        var parts = argument.Split(';', StringSplitOptions.RemoveEmptyEntries);
        return (parts[0], parts[1..]);
    }

    static int? Collect(List<Diagnostic> problems, Func<int?> check)
    {
        try
        {
            return check();
        }
        catch (DiagnosticException found)
        {
            problems.AddRange(found.Diagnostics);
            return null;
        }
    }
}
