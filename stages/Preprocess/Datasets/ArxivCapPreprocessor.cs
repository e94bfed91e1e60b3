using System.Globalization;
using System.Text.Json.Serialization;
using Llava.Contracts.Diagnostics;
using Llava.Data.Json;
using Llava.Preprocess.Conversion;
using Llava.Preprocess.Parquet;
using Parquet.Serialization.Attributes;

namespace Llava.Preprocess.Datasets;

/// <summary>
/// ArxivCap: figures of papers and their captions, in parquet files <c>arXiv_src_YYMM_NNN.parquet</c>, one row a paper. Captions over
/// several figures are left out, as in the reference, and counted in the ledger by paper; unlike there, their pictures are not written either.
/// </summary>
sealed class ArxivCapPreprocessor : IDatasetPreprocessor
{
    const string Question = "Create a caption for the provided figure.";

    const int ExtensionLength = 4;

    public string Name => "arxivcap";

    public string InputDescription => "the folder with arXiv_src_YYMM_NNN.parquet; --range is over YYMM; needs --images and --image-prefix";

    public IReadOnlyList<ConversionUnit> Plan(PreprocessOptions options)
    {
        var shards = ParquetShards.Find(options, separator: '_', numberPart: 2);
        return [.. shards.Select(shard => Unit(shard, new PictureFolder(options.Images!, options.VerifyImages), options.ImagePrefix!))];
    }

    static ParquetConversionUnit<Paper> Unit(ParquetShard shard, PictureFolder pictures, string prefix) => new()
    {
        OutputName = $"{shard.Name}.jsonl",
        InputPaths = [shard.Path],
        Convert = (paper, sink) => Convert(paper, sink, pictures, prefix),
    };

    static void Convert(Paper paper, SampleSink sink, PictureFolder pictures, string prefix)
    {
        var leftOut = 0;
        string? paperName = null;
        foreach (var caption in paper.CaptionImages ?? [])
        {
            paperName ??= caption.Figures?.FirstOrDefault()?.ImageFile?.Split('/')[0];
            if (caption.Figures is { Count: > 1 })
                leftOut++;
            else
                sink.Attempt(() => ConvertCaption(caption, sink, pictures, prefix));
        }
        // One entry a paper: a fifth of all captions would make the ledger longer than the samples.
        if (leftOut > 0)
            sink.Refuse(ErrorCatalog.LeftOut, paperName, string.Create(CultureInfo.InvariantCulture, $"{leftOut} of {paper.CaptionImages!.Count} captions stand over several figures"));
    }

    static void ConvertCaption(CaptionImage caption, SampleSink sink, PictureFolder pictures, string prefix)
    {
        var figure = caption.Figures is [var only] ? only : throw new UnusableSampleException(ErrorCatalog.MissingField, null, "a caption has no figure");
        if (figure.ImageFile?.Split('/') is not [_, { Length: >= ExtensionLength } fileName, ..])
            throw new UnusableSampleException(ErrorCatalog.MissingField, null, $"\"image_file\" is not <paper>/<figure>.jpg but \"{figure.ImageFile}\"");
        var id = fileName[..^ExtensionLength];
        PythonValue answer = caption.Caption is { } text ? new PythonValue.Text(text) : PythonValue.Null.Instance;
        sink.Emit(
            new PythonValue.Text(id),
            figure.ImageFile.StartsWith('/') ? figure.ImageFile : $"{prefix.TrimEnd('/')}/{figure.ImageFile}",
            Question,
            answer,
            () => pictures.StoreJpeg(figure.ImageFile, figure.Image, id));
    }

    internal sealed class Paper : IParquetRow
    {
        [JsonPropertyName("caption_images")]
        public List<CaptionImage>? CaptionImages { get; set; }

        public long TakePictures(Func<byte[]?> next)
        {
            var bytes = 0L;
            // A list's element may be null, and has a place for a picture all the same.
            foreach (Figure? figure in (CaptionImages ?? []).SelectMany(caption => caption?.Figures ?? []))
            {
                var picture = next();
                bytes += picture?.Length ?? 0;
                figure?.Image = picture;
            }
            return bytes;
        }
    }

    internal sealed class CaptionImage
    {
        [JsonPropertyName("caption")]
        public string? Caption { get; set; }

        [JsonPropertyName("cil_pairs")]
        public List<Figure>? Figures { get; set; }
    }

    internal sealed class Figure
    {
        [JsonPropertyName("image_file")]
        public string? ImageFile { get; set; }

        [ParquetIgnore]
        public byte[]? Image { get; set; }
    }
}
