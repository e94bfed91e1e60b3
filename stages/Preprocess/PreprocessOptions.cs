using Llava.Contracts.Files;
using Llava.Preprocess.Verification;

namespace Llava.Preprocess;

/// <summary>What one run of the stage is asked to do; the options of the verb <c>preprocess</c>.</summary>
public sealed record PreprocessOptions
{
    /// <summary>A name of <see cref="DatasetTable"/>.</summary>
    public required string Dataset { get; init; }

    /// <summary>The raw dataset: the folder (or, for ArxivQA, the file) that the dataset's <see cref="IDatasetPreprocessor.InputDescription"/> names.</summary>
    public required string Input { get; init; }

    /// <summary>The folder that receives every .jsonl file.</summary>
    public required string Output { get; init; }

    /// <summary>Parquet sets only: where their pictures are written.</summary>
    public string? Images { get; init; }

    /// <summary>What stands before a picture's name in the samples. Parquet sets need it, arrays of samples may have it.</summary>
    public string? ImagePrefix { get; init; }

    /// <summary>Parquet sets only: the first shard number and the one behind the last.</summary>
    public (int First, int End)? Range { get; init; }

    /// <summary>The folder that the samples' image paths start from, where their pictures are looked for. Null: they are not looked at.</summary>
    public string? ImageRoot { get; init; }

    public PictureVerification VerifyImages { get; init; } = PictureVerification.Header;

    /// <summary>Chooses SynthDog's prompts.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Mend rows that the reference writes wrongly: a number or a boolean as answer becomes its text, an AI2D answer of -1 is
    /// quarantined, SynthDog ids are unique over shards and its texts JSON only. Off, every row is the reference's, byte for byte.
    /// </summary>
    public bool Mend { get; init; }

    /// <summary>Above this share of samples that cannot be used the stage fails.</summary>
    public double MaximumQuarantineShare { get; init; } = QuarantineLedger.DefaultMaximumShare;

    /// <summary>Names the code that decides the outputs; null takes that of the program. Results of other code are made anew.</summary>
    public string? CodeVersion { get; init; }

    public int Workers { get; init; } = Environment.ProcessorCount;
}
