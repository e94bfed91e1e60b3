using System.CommandLine;
using Llava.Demo;

namespace Llava.Host.Verbs;

static class DemoVerb
{
    static readonly Option<string> Output = new("--output") { Description = "the folder that receives raw/ and pretrained/", Required = true };
    static readonly Option<int> Charts = new("--charts") { Description = "charts to train on", DefaultValueFactory = _ => 1500 };
    static readonly Option<int> ValidationCharts = new("--val-charts") { Description = "charts to watch training with", DefaultValueFactory = _ => 60 };
    static readonly Option<int> TestCharts = new("--test-charts") { Description = "held-out charts", DefaultValueFactory = _ => 300 };
    static readonly Option<long> Seed = new("--seed") { Description = "chooses charts and initial weights" };

    public static Command Create()
    {
        var command = new Command("demo", "Draws the demo's charts and makes its pair of random models.") { Output, Charts, ValidationCharts, TestCharts, Seed };
        command.SetAction((parsed, cancellation) => DemoStage.RunAsync(
            new DemoOptions
            {
                Output = parsed.GetRequiredValue(Output),
                TrainingCharts = parsed.GetValue(Charts),
                ValidationCharts = parsed.GetValue(ValidationCharts),
                TestCharts = parsed.GetValue(TestCharts),
                Seed = parsed.GetValue(Seed),
            },
            VerbRunner.Log,
            cancellation));
        return command;
    }
}
