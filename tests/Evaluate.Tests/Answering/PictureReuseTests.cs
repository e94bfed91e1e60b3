using Llava.Data.Images;
using Llava.Evaluate.Answering;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Benchmarks;
using Llava.Evaluate.Questions;
using Llava.Generate;
using Llava.Generate.Prompts;
using Llava.Tests;

namespace Llava.Evaluate.Tests.Answering;

/// <summary>GQA asks 12 578 questions about 398 pictures in no order, POPE goes through its pictures three times.</summary>
public sealed class PictureReuseTests : IDisposable
{
    const int Pictures = 100;
    const int NewTokens = 2;

    readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(8), InlineData(64)]
    public void Two_passes_over_more_pictures_than_are_kept_compute_each_once_and_answer_as_in_file_order(int batchSize)
    {
        var questions = Questions();
        var options = Options() with { BatchSize = batchSize };
        using var model = new AskedModel(options, BenchmarkTable.Find("gqa"), new FileHashCache(null));

        var answers = model.Start(isBlank: false, new PictureSource(new ImageFolder(_folder.Path), "q.jsonl"))
            .Run(questions, Path.Combine(_folder.Path, "answers.jsonl"), "answering", keepsOthers: false, new RecordingLog(), CancellationToken.None);

        Assert.Equal(Pictures, model.PicturesComputed);
        Assert.Equal(InFileOrder(options.ModelPath, questions), answers.Select(answer => (answer.Id.Text, answer.Text)));
    }

    public void Dispose() => _folder.Dispose();

    IEnumerable<(string, string)> InFileOrder(string modelPath, Question[] questions)
    {
        using var generator = LlavaGenerator.Load(modelPath, TorchSharp.torch.CPU);
        var requests = questions.Select(question => new GenerationRequest(VicunaPrompt.Encode(generator.Tokenizer, VicunaPrompt.Ask(question.Text, hasImage: true)), Path.Combine(_folder.Path, question.Image!.Name)));
        var results = generator.Generate([.. requests], new GenerationOptions { MaximumNewTokens = NewTokens, BatchSize = 1 });
        return [.. questions.Zip(results, (question, result) => (question.Id.Text, result.Text))];
    }

    Question[] Questions()
    {
        var random = new Random(1);
        var rgb = new byte[56 * 56 * RgbImage.Channels];
        for (var picture = 0; picture < Pictures; picture++)
        {
            random.NextBytes(rgb);
            using var file = File.Create(Path.Combine(_folder.Path, $"{picture}.png"));
            PngWriter.Write(file, 56, 56, rgb);
        }
        return [.. Enumerable.Range(0, 2 * Pictures).Select(id => Asked(id, $"What is {(id < Pictures ? "red" : "this, in a single word")}?"))];
    }

    static Question Asked(int id, string text) => new(new QuestionId($"{id}", IsNumber: true), text, text, new QuestionImage($"{id % Pictures}.png"));

    EvaluateOptions Options() => new()
    {
        Benchmark = "gqa",
        ModelPath = GoldenLlava.Write("small/", Path.Combine(_folder.Path, "model")),
        QuestionsPath = "q.jsonl",
        ImagesPath = _folder.Path,
        OutputPath = _folder.Path,
        Device = "cpu",
        MaxNewTokens = NewTokens,
    };
}
