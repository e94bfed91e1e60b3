using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Steps;

/// <summary><c>llava check</c>: reads every yaml of a recipe strictly and reports all that is wrong with them at once.</summary>
public sealed class CheckRecipe : StageTask
{
    public ITaskItem[] Hdf5Params { get; set; } = [];

    public ITaskItem[] TrainParams { get; set; } = [];

    protected override void AddArguments(CommandLineBuilder arguments) => AddArguments(arguments, Hdf5Params, TrainParams);

    internal static void AddArguments(CommandLineBuilder arguments, ITaskItem[] hdf5Params, ITaskItem[] trainParams)
    {
        arguments.AppendSwitch("check");
        foreach (var file in hdf5Params)
            arguments.AppendSwitchIfNotNull("--hdf5 ", WithOverrides(file));
        foreach (var file in trainParams)
            arguments.AppendSwitchIfNotNull("--train ", WithOverrides(file));
    }

    /// <summary>The file and the overrides of its metadata Set, one argument: the verb splits at ';', which no MSBuild path holds.</summary>
    static string WithOverrides(ITaskItem file) => file.GetMetadata("Set") is { Length: > 0 } set ? $"{file.GetMetadata("FullPath")};{set}" : file.GetMetadata("FullPath");
}
