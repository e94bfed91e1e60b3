using Llava.Contracts.Configuration;

namespace Llava.Hdf5.Configuration;

public sealed record ProcessingSection : IValidatedConfig
{
    [OneOf("HuggingFaceTokenizer", "huggingfacetokenizer")]
    public required string TokenizerType { get; init; }

    /// <summary>A folder with a Llama tokenizer.</summary>
    public required string HuggingfaceTokenizer { get; init; }

    /// <summary>Tokens in a row.</summary>
    [Bounds(2, 1 << 20)]
    public int MaxSeqLength { get; init; } = 2048;

    /// <summary>Replaces the tokenizer's eos, and its pad too.</summary>
    [Bounds(0)]
    public int? EosId { get; init; }

    [Bounds(0)]
    public int? PadId { get; init; }

    /// <summary>First part of the files' names. The reference ignores it in the yaml.</summary>
    public string OutputName { get; init; } = "examples";

    /// <summary>Rows in a file.</summary>
    [Bounds(1)]
    public int FilesPerRecord { get; init; } = 50_000;

    /// <summary>Whether the last rows are written when they do not fill a file.</summary>
    public bool WriteRemainder { get; init; } = true;

    /// <summary>The keys below are accepted because ModelZoo's files have them; nothing depends on them in LLaVA's processors.</summary>
    [Bounds(0, 1)]
    public double ShortSeqProb { get; init; }

    public bool WriteInBatch { get; init; }

    public bool ResumeFromCheckpoint { get; init; }

    public bool DisplayPbar { get; init; } = true;

    public long Seed { get; init; }

    public bool SplitTextToTokenize { get; init; }

    public int ChunkLenToSplit { get; init; } = 2000;

    public bool RemoveBosInChunks { get; init; }

    public string? AuthToken { get; init; }

    IEnumerable<(string Key, string Message)> IValidatedConfig.Problems()
    {
        if (OutputName.Length == 0 || OutputName.AsSpan().ContainsAny('/', '\\', '\0'))
            yield return ("output_name", "must be a file name");
    }
}
