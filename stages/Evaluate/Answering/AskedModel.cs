using System.Globalization;
using Llava.Evaluate.Benchmarks;
using Llava.Generate;
using Llava.Generate.Prompts;
using Llava.Model;

namespace Llava.Evaluate.Answering;

/// <summary>The model under evaluation, loaded for the first question that has no answer yet.</summary>
sealed class AskedModel(EvaluateOptions options, Benchmark benchmark) : IDisposable
{
    // Prompts of like length are batched together, so a chunk holds several batches.
    const int BatchesPerChunk = 4;

    readonly int _maxNewTokens = options.MaxNewTokens ?? benchmark.MaxNewTokens;
    readonly Lazy<LlavaGenerator> _generator = new(() => LlavaGenerator.Load(options.ModelPath, ComputeDevice.Parse(options.Device)));
    readonly Lazy<string> _fingerprint = new(() => ModelFingerprint.Of(options.ModelPath));

    public AnswerRun Start(bool isBlank, PictureSource pictures) => new(
        (questions, cancellation) => Answer(questions, isBlank, cancellation),
        pictures,
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.ModelPath))),
        string.Create(CultureInfo.InvariantCulture, $"{_fingerprint.Value}\n{_maxNewTokens}\n{(isBlank ? "blank" : "seeing")}{HowChosen()}"),
        BatchesPerChunk * options.BatchSize);

    public void Dispose()
    {
        if (_generator.IsValueCreated)
            _generator.Value.Dispose();
    }

    string HowChosen() => string.Create(CultureInfo.InvariantCulture, $"{(options.Sampling is { } sampling ? $"\n{sampling}" : "")}{(options.Beams > 1 ? $"\n{options.Beams} beams" : "")}");

    IReadOnlyList<string> Answer(IReadOnlyList<AskedQuestion> questions, bool isBlank, CancellationToken cancellation)
    {
        var generator = _generator.Value;
        var generation = new GenerationOptions { MaximumNewTokens = _maxNewTokens, BatchSize = options.BatchSize, BlankImages = isBlank, Sampling = options.Sampling, Beams = options.Beams };
        var requests = questions.Select(asked => new GenerationRequest(
            VicunaPrompt.Encode(generator.Tokenizer, VicunaPrompt.Ask(asked.Question.Text, hasImage: asked.Picture is not null)),
            asked.Picture?.Path)
        {
            Key = $"{asked.Question.Id}\n{asked.Question.Prompt}",
        });
        return [.. generator.Generate([.. requests], generation, cancellation).Select(result => result.Text)];
    }
}
