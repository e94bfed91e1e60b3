using System.CommandLine;
using Llava.Evaluate;
using Llava.Evaluate.Benchmarks;
using Llava.Evaluate.Questions;
using Llava.Generate;

namespace Llava.Host.Verbs;

static class EvaluateVerb
{
    static readonly Argument<string> BenchmarkName = new("benchmark") { Description = $"one of {string.Join(", ", BenchmarkTable.Names)}" };
    static readonly Option<string> ModelPath = new("--model-path") { Description = "an exported model: text_model_llava, or the folder that holds it and image_model", Required = true };
    static readonly Option<string> Questions = new("--questions") { Description = "the benchmark's question file, or the folder with a prepared split", Required = true };
    static readonly Option<string> Images = new("--images") { Description = "the folder that the questions' pictures are relative to", Required = true };
    static readonly Option<string> Output = new("--output") { Description = "the folder that receives answers.jsonl and score.json", Required = true };
    static readonly Option<string?> Annotations = new("--annotations") { Description = "the benchmark's annotation file or folder, where the questions do not hold the answers" };
    static readonly Option<string> Device = ComputeArguments.Device();
    static readonly Option<int?> MaxNewTokens = new("--max-new-tokens") { Description = "longest answer; the benchmark's own limit by default" };
    static readonly Option<int?> Limit = new("--limit") { Description = "only the first N questions" };
    static readonly Option<int> BatchSize = new("--batch-size") { Description = $"questions answered together, at most {GenerationOptions.MaximumBatchSize}; changes speed, not answers", DefaultValueFactory = _ => 8 };
    static readonly Option<string?> Suffix = new("--suffix") { Description = "what follows each question: none, single-word, letter, letter-cn, or the words themselves; the benchmark's own by default" };
    static readonly Option<bool> BlankControl = new("--blank-control") { Description = "ask everything again with blank pictures" };
    static readonly Option<string?> Only = new("--only-pictures") { Description = "a list of picture names: only questions about these, as the AI2D test set is defined" };
    static readonly Option<string[]> TrainingSamples = new("--training-samples") { Description = "jsonl files or folders that the model was trained on: pictures of the benchmark among theirs are counted and named", DefaultValueFactory = _ => [] };
    static readonly Option<string?> TrainingImages = new("--training-images") { Description = "the folder that their pictures are relative to; default: --images" };
    static readonly Option<string?> HashCache = new("--hash-cache") { Description = "a file that keeps the hashes of pictures and of the model's files from run to run" };
    static readonly SamplingArguments Sampling = new();

    public static Command Create()
    {
        WholeNumber.Require(lowest: 1, MaxNewTokens, Limit);
        WholeNumber.Require(BatchSize, 1, GenerationOptions.MaximumBatchSize);
        var command = new Command("evaluate", "Asks a model the questions of a benchmark and scores its answers; goes on where it was stopped.")
        {
            BenchmarkName, ModelPath, Questions, Images, Output, Annotations, Device, MaxNewTokens, Limit, BatchSize, Suffix, BlankControl, Only, TrainingSamples, TrainingImages, HashCache,
        };
        Sampling.AddTo(command);
        command.SetAction((parsed, cancellation) => EvaluateStage.RunAsync(Read(parsed), VerbRunner.Log, cancellation));
        return command;
    }

    static EvaluateOptions Read(ParseResult parsed) => new()
    {
        Benchmark = parsed.GetRequiredValue(BenchmarkName),
        ModelPath = parsed.GetRequiredValue(ModelPath),
        QuestionsPath = parsed.GetRequiredValue(Questions),
        ImagesPath = parsed.GetRequiredValue(Images),
        OutputPath = parsed.GetRequiredValue(Output),
        AnnotationsPath = parsed.GetValue(Annotations),
        Device = parsed.GetRequiredValue(Device),
        MaxNewTokens = parsed.GetValue(MaxNewTokens),
        Limit = parsed.GetValue(Limit),
        BatchSize = parsed.GetValue(BatchSize),
        Suffix = parsed.GetValue(Suffix) is { } suffix ? QuestionSuffix.FromOption(suffix) : null,
        BlankControl = parsed.GetValue(BlankControl),
        OnlyPicturesPath = parsed.GetValue(Only),
        TrainingSamples = parsed.GetRequiredValue(TrainingSamples),
        TrainingImagesPath = parsed.GetValue(TrainingImages) ?? parsed.GetRequiredValue(Images),
        HashCachePath = parsed.GetValue(HashCache),
        Sampling = Sampling.Sampling(parsed),
        Beams = Sampling.Beams(parsed),
    };
}
