using System.CommandLine;
using Llava.Train;

namespace Llava.Host.Verbs;

static class TrainVerb
{
    static readonly Option<string> Params = new("--params") { Description = "a ModelZoo training yaml", Required = true };
    static readonly Option<string> Mode = new Option<string>("--mode") { Description = "train, eval (loss, perplexity and token accuracy over eval_input), train_and_eval, or validate (one step, nothing written)", DefaultValueFactory = _ => "train" }
        .AcceptOnlyFromAmong("train", "eval", "train_and_eval", "validate");
    static readonly Option<string?> ModelDirectory = new("--model-dir") { Description = "the folder of checkpoints and metrics; a run that was stopped there goes on" };
    static readonly Option<string?> CheckpointPath = new("--checkpoint-path") { Description = "weights to start from: a converted checkpoint, a checkpoint_<step> folder, or the model folder of another run" };
    static readonly Option<string[]> Set = new("--set") { Description = "key.path=value, laid over the yaml", AllowMultipleArgumentsPerToken = true };
    static readonly Option<string> Device = ComputeArguments.Device();
    static readonly Option<int?> Threads = ComputeArguments.Threads();
    static readonly Option<bool> Estimate = new("--estimate") { Description = "say what memory the training would take, and do nothing" };

    public static Command Create()
    {
        var command = new Command("train", "Trains or evaluates a model by a ModelZoo yaml.") { Params, Mode, ModelDirectory, CheckpointPath, Device, Set, Threads, Estimate };
        command.Validators.Add(parsed =>
        {
            if (!parsed.GetValue(Estimate) && parsed.GetResult(ModelDirectory) is null)
                parsed.AddError("Option '--model-dir' is required.");
        });
        command.SetAction((parsed, cancellation) => TrainStage.RunAsync(
            new TrainOptions(
                parsed.GetRequiredValue(Params),
                parsed.GetValue(Estimate) ? TrainMode.Estimate : ModeOf(parsed.GetRequiredValue(Mode)),
                parsed.GetValue(ModelDirectory) ?? "",
                parsed.GetValue(CheckpointPath),
                parsed.GetRequiredValue(Device),
                parsed.GetValue(Set),
                parsed.GetValue(Threads)),
            VerbRunner.Log,
            cancellation));
        return command;
    }

    static TrainMode ModeOf(string name) => name switch
    {
        "eval" => TrainMode.Eval,
        "train_and_eval" => TrainMode.TrainAndEval,
        "validate" => TrainMode.Validate,
        _ => TrainMode.Train,
    };
}
