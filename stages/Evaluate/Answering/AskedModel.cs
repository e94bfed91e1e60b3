using System.Globalization;
using Llava.Evaluate.Benchmarks;
using Llava.Generate;
using Llava.Generate.Prompts;
using Llava.Model;

namespace Llava.Evaluate.Answering;

/// <summary>The model under evaluation, loaded for the first question that has no answer yet.</summary>
sealed class AskedModel(EvaluateOptions options, Benchmark benchmark, FileHashCache hashes) : IDisposable
{
    // Prompts of like length are batched together, so a chunk holds several batches.
    const int BatchesPerChunk = 4;

    readonly int _maxNewTokens = options.MaxNewTokens ?? benchmark.MaxNewTokens;
    readonly Lazy<LlavaGenerator> _generator = new(() => LlavaGenerator.Load(options.ModelPath, ComputeDevice.Parse(options.Device)));
    readonly Lazy<string> _fingerprint = new(() => ModelFingerprint.Of(options.ModelPath, options.OutputPath, hashes));

    /// <summary>How many pictures went through its vision tower so far.</summary>
    public int PicturesComputed => _generator.IsValueCreated ? _generator.Value.PicturesComputed : 0;

    public AnswerRun Start(bool isBlank, PictureSource pictures) => new(
        (questions, answered, cancellation) => Answer(questions, isBlank, answered, cancellation),
        pictures,
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.ModelPath))),
        string.Create(CultureInfo.InvariantCulture, $"{_fingerprint.Value}\n{_maxNewTokens}\n{(isBlank ? "blank" : "seeing")}{HowChosen()}"),
        new AskingOrder(BatchesPerChunk * options.BatchSize, LlavaGenerator.PicturesKept));

    public void Dispose()
    {
        if (_generator.IsValueCreated)
            _generator.Value.Dispose();
    }

    string HowChosen() => string.Create(CultureInfo.InvariantCulture, $"{(options.Sampling is { } sampling ? $"\n{sampling}" : "")}{(options.Beams > 1 ? $"\n{options.Beams} beams" : "")}");

    void Answer(IReadOnlyList<AskedQuestion> questions, bool isBlank, Action<IReadOnlyList<(int Place, string Text)>> answered, CancellationToken cancellation)
    {
        var generator = _generator.Value;
        var generation = new GenerationOptions { MaximumNewTokens = _maxNewTokens, BatchSize = options.BatchSize, BlankImages = isBlank, Sampling = options.Sampling, Beams = options.Beams };
        var requests = questions.Select(asked => new GenerationRequest(
            VicunaPrompt.Encode(generator.Tokenizer, VicunaPrompt.Ask(asked.Question.Text, hasImage: asked.Picture is not null)),
            asked.Picture?.Name)
        {
            ImageBytes = asked.Picture?.Bytes,
            Key = $"{asked.Question.Id}\n{asked.Question.Prompt}",
        });
        generator.Generate([.. requests], generation, cancellation, batch => answered([.. batch.Select(item => (item.Request, item.Result.Text))]));
    }
}
