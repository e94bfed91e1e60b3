using System.CommandLine;
using System.CommandLine.Invocation;
using Llava.Conversion;
using Llava.Conversion.Formats;
using Llava.Model.Checkpoints;

namespace Llava.Host.Verbs;

static class ConvertVerb
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "hf: folder with image_model/ and text_model/; cs-2.3: a checkpoint, or a training's folder (its newest is taken); llava-hf: a folder" };
        var sourceFormat = new Option<string>("--src-fmt") { Description = "format of the source", Required = true }.AcceptOnlyFromAmong([.. ModelFormats.Names]);
        var targetFormat = new Option<string>("--tgt-fmt") { Description = "format to write", Required = true }.AcceptOnlyFromAmong([.. ModelFormats.Names]);
        var output = new Option<string>("--output") { Description = "folder to fill; an earlier conversion in it is replaced", Required = true };
        var config = new Option<string?>("--config") { Description = "ModelZoo yaml of a cs-2.3 source (a training yaml will do); default: the one beside it" };
        var format = new Option<string>("--format") { Description = "container to write", DefaultValueFactory = _ => "safetensors" }.AcceptOnlyFromAmong("safetensors", "bin", "mdl");
        var seed = new Option<long>("--seed") { Description = "draws the projector where an hf source has none, and the rows of the tokens that llava-hf adds", DefaultValueFactory = _ => 0 };
        var tokenizer = new Option<string?>("--tokenizer") { Description = "folder whose tokenizer files an export carries; default: beside the source" };
        var visionTower = new Option<string?>("--vision-tower") { Description = "what an export to hf writes as mm_vision_tower; default: ../image_model, relative to its config.json" };
        var list = new Option<bool>("--list") { Description = "list what converts into what, and stop", Action = new ListAction() };
        var verify = new Option<bool>("--verify") { Description = "run source and result on the same input and put the largest difference of their logits into conversion.json" };
        var command = new Command("convert", "Converts a LLaVA model between Hugging Face's layouts and ModelZoo's; exact in every direction.")
        {
            sourceFormat, targetFormat, config, format, seed, tokenizer, visionTower, verify, list, output, source,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new ConvertOptions(
                parsed.GetRequiredValue(source),
                ModelFormats.Parse(parsed.GetRequiredValue(sourceFormat)),
                ModelFormats.Parse(parsed.GetRequiredValue(targetFormat)),
                parsed.GetRequiredValue(output))
            {
                ConfigPath = parsed.GetValue(config),
                Container = Enum.Parse<CheckpointFormat>(parsed.GetRequiredValue(format), ignoreCase: true),
                Seed = parsed.GetValue(seed),
                TokenizerFolder = parsed.GetValue(tokenizer),
                Verify = parsed.GetValue(verify),
            };
            return ConvertStage.RunAsync(parsed.GetValue(visionTower) is { } tower ? options with { VisionTower = tower } : options, VerbRunner.Log, cancellation);
        });
        return command;
    }

    // Ends the run, whatever else the command line lacks.
    sealed class ListAction : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            foreach (var line in ModelFormats.Describe())
                System.Console.Out.WriteLine(line);
            return 0;
        }
    }
}
