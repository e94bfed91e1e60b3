using Llava.Tasks.Steps;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks;

/// <summary><c>llava check</c> for whoever only looks: what <see cref="CheckRecipe"/> does, without a record and without keeping other runs out.</summary>
public sealed class CheckYaml : ProgramTask
{
    public ITaskItem[] Hdf5Params { get; set; } = [];

    public ITaskItem[] TrainParams { get; set; } = [];

    protected override string Activity => "the check of the yaml files";

    protected override void AddArguments(CommandLineBuilder arguments) => CheckRecipe.AddArguments(arguments, Hdf5Params, TrainParams);
}
