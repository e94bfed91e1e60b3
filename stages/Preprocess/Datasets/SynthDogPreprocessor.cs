using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Llava.Contracts.Diagnostics;
using Llava.Data.Json;
using Llava.Preprocess.Conversion;
using Llava.Preprocess.Parquet;
using Parquet.Serialization.Attributes;

namespace Llava.Preprocess.Datasets;

/// <summary>
/// SynthDog-EN: pictures of made-up pages and their text, in parquet shards <c>train-00000-of-000NN-….parquet</c>. The reference asks
/// one of eleven questions at random; here a hash of (seed, shard, row) chooses it.
/// </summary>
sealed class SynthDogPreprocessor : IDatasetPreprocessor
{
    static readonly string[] Questions =
    [
        "Describe the image concisely.",
        "Provide a brief description of the given image.",
        "Offer a succinct explanation of the picture presented.",
        "Summarize the visual content of the image.",
        "Give a short and clear explanation of the subsequent image.",
        "Share a concise interpretation of the image provided.",
        "Present a compact description of the photo's key features.",
        "Relay a brief, clear account of the picture shown.",
        "Render a clear and concise summary of the photo.",
        "Write a terse but informative summary of the picture.",
        "Create a compact narrative representing the image presented.",
    ];

    public string Name => "synthdog_en";

    public string InputDescription => "the folder with train-NNNNN-of-MMMMM-….parquet; needs --images and --image-prefix";

    public IReadOnlyList<ConversionUnit> Plan(PreprocessOptions options)
    {
        var shards = ParquetShards.Find(options, separator: '-', numberPart: 1);
        ThrowIfPicturesCollide(shards);
        return [.. shards.Select(shard => Unit(shard, new PictureFolder(options.Images!, options.VerifyImages), options))];
    }

    static ParquetConversionUnit<Row> Unit(ParquetShard shard, PictureFolder pictures, PreprocessOptions options) => new()
    {
        OutputName = $"{shard.Name}.jsonl",
        InputPaths = [shard.Path],
        Convert = (row, sink) => Convert(row, sink, shard, pictures, options),
    };

    /// <summary>Ids and picture paths hold a shard's split and number, not the rest of its name.</summary>
    static void ThrowIfPicturesCollide(IEnumerable<ParquetShard> shards) => DiagnosticException.ThrowIfAny(
        [.. shards.GroupBy(shard => string.Join('-', shard.Name.Split('-').Take(2)), StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => ErrorCatalog.DuplicateShard.At(group.Last().Path, $"the pictures of this shard would replace those of {group.First().Name}: both are number {group.Key}; keep one of them"))]);

    static void Convert(Row row, SampleSink sink, ParquetShard shard, PictureFolder pictures, PreprocessOptions options)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{sink.Number - 1:0000000}");
        var parts = shard.Name.Split('-');
        var picture = $"{parts[0]}/{parts[1]}/{place}.png";
        var id = options.Mend ? $"{parts[0]}-{parts[1]}-{place}" : place;
        sink.Emit(
            new PythonValue.Text(id),
            $"{options.ImagePrefix!.TrimEnd('/')}/{picture}",
            Questions[StableHash.Of(string.Create(CultureInfo.InvariantCulture, $"{options.Seed} {shard.Name} {sink.Number - 1}")) % (ulong)Questions.Length],
            TextOf(row, id, options.Mend),
            () => pictures.StorePng(picture, row.Image, id));
    }

    static PythonValue TextOf(Row row, string id, bool mend)
    {
        try
        {
            var json = row.GroundTruth ?? throw new UnusableSampleException(ErrorCatalog.MissingField, id, "\"ground_truth\" is null");
            var truth = PythonJsonParser.Parse(Encoding.UTF8.GetBytes(mend ? json : PythonLiteral.ToJson(json)));
            return ((truth as PythonValue.Dictionary)?.Find("gt_parse") as PythonValue.Dictionary)?.Find("text_sequence")
                ?? throw new UnusableSampleException(ErrorCatalog.NoAnswer, id, "\"ground_truth\" has no gt_parse.text_sequence");
        }
        catch (JsonSyntaxException error)
        {
            throw new UnusableSampleException(ErrorCatalog.MalformedSample, id, $"\"ground_truth\": {error.Message}");
        }
    }

    internal sealed class Row : IParquetRow
    {
        [ParquetIgnore]
        public byte[]? Image { get; set; }

        [JsonPropertyName("ground_truth")]
        public string? GroundTruth { get; set; }

        public long TakePictures(Func<byte[]?> next) => (Image = next())?.Length ?? 0;
    }
}
