using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Steps;

/// <summary><c>llava demo</c>: draws the demo's charts and its tiny pretrained pair.</summary>
public sealed class CreateDemoSource : StageTask
{
    [Required]
    public int Seed { get; set; }

    protected override void AddArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("demo");
        arguments.AppendSwitchIfNotNull("--output ", StageDirectory);
        arguments.AppendSwitch($"--seed {Seed}");
    }
}
