using Llava.Generate;

namespace Llava.Evaluate;

/// <summary>What <see cref="EvaluateStage"/> runs on.</summary>
public sealed record EvaluateOptions
{
    /// <summary>The benchmark's name.</summary>
    public required string Benchmark { get; init; }

    /// <summary>An exported model: the LLaVA folder, or the folder with <c>image_model</c> and <c>text_model_llava</c>.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The benchmark's question file, or the folder with a prepared split.</summary>
    public required string QuestionsPath { get; init; }

    /// <summary>The folder that the questions' pictures are relative to.</summary>
    public required string ImagesPath { get; init; }

    /// <summary>Receives <c>answers.jsonl</c>, <c>score.json</c>, and what a server takes.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Null: the questions where they hold the answers, else no score.</summary>
    public string? AnnotationsPath { get; init; }

    /// <summary>auto, cpu or cuda.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Null: the benchmark's own limit.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>Null: the benchmark's own. "" asks the questions as they stand.</summary>
    public string? Suffix { get; init; }

    /// <summary>Only the first questions; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>Null: greedy. A question's draws depend on its seed, the question and the step alone.</summary>
    public Sampling? Sampling { get; init; }

    /// <summary>Above 1: beam search.</summary>
    public int Beams { get; init; } = 1;

    /// <summary>A list of picture names: only questions about these are asked. Null: all.</summary>
    public string? OnlyPicturesPath { get; init; }

    /// <summary>What the model was trained on: jsonl files or folders of them. With <see cref="TrainingImagesPath"/> its pictures are looked for among the benchmark's.</summary>
    public IReadOnlyList<string> TrainingSamples { get; init; } = [];

    /// <summary>The folder that the training samples' pictures are relative to.</summary>
    public string? TrainingImagesPath { get; init; }

    /// <summary>Keeps the hashes of pictures and of the model's files from run to run; null: they are taken anew.</summary>
    public string? HashCachePath { get; init; }

    public int BatchSize { get; init; } = 8;

    /// <summary>Ask everything a second time with a blank picture.</summary>
    public bool BlankControl { get; init; }
}
