using System.Globalization;
using Llava.Contracts.Configuration;
using Llava.Data.Images;

namespace Llava.Data.Loading;

/// <summary>
/// <c>train_input</c> or <c>eval_input</c> of ModelZoo's yaml (<c>data/multimodal/llava/config.py</c>,
/// <c>data/common/h5_map_dataset/dataset.py</c>).
/// </summary>
public sealed record LlavaDataConfig : IValidatedConfig
{
    [OneOf("LlavaHDF5MapDataProcessor")]
    public required string DataProcessor { get; init; }

    /// <summary>One folder of *.h5 files or a list of them; read it as <see cref="DataFolders"/>. Either this or <see cref="Mixture"/>.</summary>
    public ConfigNode? DataDir { get; init; }

    public IReadOnlyList<MixturePartConfig>? Mixture { get; init; }

    public required string ImgDataDir { get; init; }

    /// <summary>Channels, height, width.</summary>
    [Bounds(1, 1 << 14)]
    public required IReadOnlyList<int> ImageDataSize { get; init; }

    /// <summary>Pictures as 16-bit instead of 32-bit floats.</summary>
    public bool MixedPrecision { get; init; }

    public required IReadOnlyList<ImageTransformConfig> Transforms { get; init; }

    public bool Shuffle { get; init; }

    public long ShuffleSeed { get; init; }

    /// <summary>Shuffles so that a batch has pictures in all of its rows or in none, longest rows first. Ours; named as in the LLaVA trainer.</summary>
    public bool GroupByModalityLength { get; init; }

    /// <summary>Sequences.</summary>
    [Bounds(1, 1 << 20)]
    public required int BatchSize { get; init; }

    /// <summary>A number of sequences, or auto (also written as a mapping); read it as <see cref="MicroBatchSequences"/>.</summary>
    public ConfigNode? MicroBatchSize { get; init; }

    /// <summary>What is left at the end of an epoch begins the next one; off, it makes a short batch.</summary>
    public bool DropLast { get; init; } = true;

    /// <summary>Only <c>false</c>: a short batch is used as it is.</summary>
    public bool PadLast { get; init; }

    /// <summary>Threads that decode pictures; 0 means one.</summary>
    [Bounds(0, 1024)]
    public int NumWorkers { get; init; }

    /// <summary>Batches read ahead for each worker.</summary>
    [Bounds(1, 1024)]
    public int PrefetchFactor { get; init; } = 10;

    [WithoutEffect("threads need not be kept")]
    public bool PersistentWorkers { get; init; }

    [WithoutEffect("there are no worker machines whose disk could cache")]
    public bool UseWorkerCache { get; init; }

    /// <summary>Parts of the samples in the files' order: <c>0.0-0.5,0.7-1.0</c>.</summary>
    public string? DataSubset { get; init; }

    /// <summary>Samples of an epoch; above the number there is, samples repeat within it.</summary>
    [Bounds(1, 1L << 48)]
    public long? NumSamples { get; init; }

    /// <summary>Only <c>true</c>: files are read in the order of their names.</summary>
    public bool SortFiles { get; init; } = true;

    /// <summary>When given, must be what the files have.</summary>
    public int? MaxSequenceLength { get; init; }

    /// <summary>Only <c>false</c>.</summary>
    public bool UseVsl { get; init; }

    public IReadOnlyList<string> DataFolders => DataDir is null ? [] : FolderList.Read(DataDir)!;

    /// <summary>Null: auto.</summary>
    public int? MicroBatchSequences => MicroBatchSize is ConfigScalar scalar && TryParse(scalar.Text) is { } sequences ? sequences : null;

    public int ImageHeight => ImageDataSize[1];

    public int ImageWidth => ImageDataSize[2];

    public ImagePipeline CreateImagePipeline() => new([.. Transforms.Select(transform => transform.ToTransform())], ImageHeight, ImageWidth);

    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (DataDir is null == Mixture is null)
            yield return ("data_dir", "or mixture must be given, one of them");
        if (DataDir is not null && FolderList.Read(DataDir) is null)
            yield return ("data_dir", "must be a folder or a list of folders");
        if (ImageDataSize is not [RgbImage.Channels, _, _])
            yield return ("image_data_size", "must be three numbers, channels (3), height, width");
        else if (TransformsProblem() is { } problem)
            yield return ("transforms", problem);
        if (MicroBatchSize is not null && MicroBatchProblem() is { } microBatchProblem)
            yield return ("micro_batch_size", microBatchProblem);
        if (DataSubset is not null && Loading.DataSubset.Problem(DataSubset) is { } subsetProblem)
            yield return ("data_subset", subsetProblem);
        if (DataSubset is not null && Mixture is not null)
            yield return ("data_subset", "belongs to each part of the mixture");
        if (Mixture is not null && !Mixture.Any(part => part.Weight > 0))
            yield return ("mixture", "must have a part whose weight is above 0");
        if (GroupByModalityLength && !Shuffle)
            yield return ("group_by_modality_length", "needs shuffle: true");
        if (PadLast)
            yield return ("pad_last", "is not supported: a short last batch is used as it is");
        if (!SortFiles)
            yield return ("sort_files", "must be true: files are read in the order of their names");
        if (UseVsl)
            yield return ("use_vsl", "is not supported, here as in ModelZoo");
    }

    string? TransformsProblem()
    {
        var transforms = Transforms.Select(transform => transform.ToTransform()).ToArray();
        if (TransformOrder.Problem(transforms) is { } problem)
            return problem;
        var fixedSize = transforms.OfType<PictureTransform>().LastOrDefault(transform => transform is not ExpandToSquare)?.FixedSize;
        return fixedSize is { } size && size != (ImageHeight, ImageWidth)
            ? string.Create(CultureInfo.InvariantCulture, $"end with {size.Width} x {size.Height} pixels, but image_data_size says {ImageWidth} x {ImageHeight}")
            : null;
    }

    string? MicroBatchProblem() => MicroBatchSize switch
    {
        ConfigScalar { IsNull: true } or ConfigScalar { Text: "auto" or "explore" } => null,
        ConfigMap => null,
        ConfigScalar when MicroBatchSequences is not { } sequences || sequences < 1 => "must be a number of sequences or auto",
        ConfigScalar when BatchSize % MicroBatchSequences != 0 => string.Create(CultureInfo.InvariantCulture, $"is {MicroBatchSequences}, which does not divide batch_size {BatchSize}"),
        ConfigScalar => null,
        _ => "must be a number of sequences or auto",
    };

    static int? TryParse(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
