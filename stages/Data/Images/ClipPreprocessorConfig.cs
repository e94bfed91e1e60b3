using System.Text.Json;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Images;

/// <summary>
/// What a CLIP vision tower's <c>preprocessor_config.json</c> (Hugging Face <c>CLIPImageProcessor</c>, old and new form) says of
/// its pictures.
/// </summary>
public sealed record ClipPreprocessorConfig(
    PictureTransform? Resize, CenterCrop? Crop, IReadOnlyList<double> Mean, IReadOnlyList<double> StandardDeviation)
{
    public const string FileName = "preprocessor_config.json";

    // Numbers of PIL.Image.Resampling.
    static readonly Interpolation[] Resamplings =
        [Interpolation.Nearest, Interpolation.Lanczos, Interpolation.Bilinear, Interpolation.Bicubic, Interpolation.Box, Interpolation.Hamming];

    /// <exception cref="DiagnosticException">The file is missing or says what cannot be done.</exception>
    public static ClipPreprocessorConfig Load(string path)
    {
        if (!File.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such file");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw ErrorCatalog.PreprocessorUnusable.Fails(path, error.Message);
        }
    }

    /// <param name="padsToSquare">LLaVA-1.5's <c>image_aspect_ratio: pad</c>: first pad with the mean colour.</param>
    public ImagePipeline CreateImagePipeline(bool padsToSquare)
    {
        var (height, width) = Crop?.FixedSize ?? Resize?.FixedSize ?? throw new InvalidOperationException("checked when it was read");
        ImageTransform?[] transforms =
            [padsToSquare ? ExpandToSquare.WithMean(Mean) : null, Resize, Crop, new ToTensor(), new Normalize(Mean, StandardDeviation)];
        return new ImagePipeline([.. transforms.OfType<ImageTransform>()], height, width);
    }

    static ClipPreprocessorConfig Read(JsonElement root)
    {
        var resize = IsOn(root, "do_resize") ? ReadResize(root) : null;
        var crop = IsOn(root, "do_center_crop") ? ReadCrop(root.GetProperty("crop_size")) : null;
        if (crop is null && resize?.FixedSize is null)
            throw new FormatException("neither crop_size nor size fixes the height and width of a picture");
        if (!IsOn(root, "do_normalize"))
            return new ClipPreprocessorConfig(resize, crop, [0, 0, 0], [1, 1, 1]);
        return new ClipPreprocessorConfig(resize, crop, ReadChannels(root, "image_mean"), ReadChannels(root, "image_std"));
    }

    static PictureTransform ReadResize(JsonElement root)
    {
        var interpolation = root.TryGetProperty("resample", out var resample) ? Resamplings[resample.GetInt32()] : Interpolation.Bicubic;
        var size = root.GetProperty("size");
        if (size.ValueKind == JsonValueKind.Number)
            return new ResizeShorterEdge(size.GetInt32(), interpolation);
        return size.TryGetProperty("shortest_edge", out var edge)
            ? new ResizeShorterEdge(edge.GetInt32(), interpolation)
            : new ResizeTo(size.GetProperty("height").GetInt32(), size.GetProperty("width").GetInt32(), interpolation);
    }

    static CenterCrop ReadCrop(JsonElement size) => size.ValueKind == JsonValueKind.Number
        ? new CenterCrop(size.GetInt32(), size.GetInt32())
        : new CenterCrop(size.GetProperty("height").GetInt32(), size.GetProperty("width").GetInt32());

    static double[] ReadChannels(JsonElement root, string name)
    {
        double[] values = [.. root.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
        return values.Length == RgbImage.Channels ? values : throw new FormatException($"{name} must have three numbers, one a channel");
    }

    static bool IsOn(JsonElement root, string name) => !root.TryGetProperty(name, out var value) || value.GetBoolean();
}
