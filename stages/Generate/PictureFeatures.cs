using Llava.Contracts.Diagnostics;
using Llava.Data.Images;
using Llava.Model;
using static TorchSharp.torch;

namespace Llava.Generate;

/// <summary>The vision tower's features of pictures. The last ones are kept: benchmarks ask many questions about one picture.</summary>
sealed class PictureFeatures : IDisposable
{
    /// <summary>Those of a batch are all there.</summary>
    public const int Capacity = GenerationOptions.MaximumBatchSize;

    static readonly double[] ClipMean = [0.48145466, 0.4578275, 0.40821073];
    static readonly double[] ClipDeviation = [0.26862954, 0.26130258, 0.27577711];

    readonly LlavaModel _model;
    readonly ImagePipeline _pipeline;
    readonly RgbColour _blankColour;
    readonly Dictionary<string, Tensor> _features = new(StringComparer.Ordinal);
    readonly List<string> _leastRecentFirst = [];

    /// <param name="preprocessorPath">The tower's preprocessor_config.json; OpenAI's CLIP constants at the tower's size when null.</param>
    /// <exception cref="DiagnosticException">It makes pictures of another size than the tower takes.</exception>
    public PictureFeatures(LlavaModel model, string? preprocessorPath)
    {
        var size = model.Config.ImageModel.ImageSize;
        var preprocessor = preprocessorPath is null ? Clip(size) : ClipPreprocessorConfig.Load(preprocessorPath);
        (_model, _pipeline, _blankColour) = (model, preprocessor.CreateImagePipeline(padsToSquare: true), ExpandToSquare.WithMean(preprocessor.Mean).Background);
        if (_pipeline.Height != size[0] || _pipeline.Width != size[1])
            throw ErrorCatalog.PreprocessorDoesNotFit.Fails(preprocessorPath ?? "", $"it makes pictures of {_pipeline.Width} x {_pipeline.Height} pixels, but the vision tower takes {size[1]} x {size[0]}");
    }

    /// <summary>How many pictures went through the vision tower.</summary>
    public int Computed { get; private set; }

    /// <param name="request">Whose picture is wanted; null for a blank one of the padding's colour.</param>
    /// <returns>P x W. Owned here; the last <see cref="Capacity"/> are kept.</returns>
    public Tensor Of(GenerationRequest? request)
    {
        var key = request?.ImagePath ?? "";
        _leastRecentFirst.Remove(key);
        _leastRecentFirst.Add(key);
        if (_features.TryGetValue(key, out var known))
            return known;
        if (_leastRecentFirst.Count > Capacity)
            Forget(_leastRecentFirst[0]);
        return _features[key] = Compute(request);
    }

    void Forget(string key)
    {
        _leastRecentFirst.Remove(key);
        _features.Remove(key, out var features);
        features?.Dispose();
    }

    public void Dispose()
    {
        foreach (var features in _features.Values)
            features.Dispose();
    }

    Tensor Compute(GenerationRequest? request)
    {
        Computed++;
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var values = new float[_pipeline.ValueCount];
        if (request is null)
            WriteBlank(values);
        else
            WritePicture(request, values);
        var image_BCYX = tensor(values, [1, 3, _pipeline.Height, _pipeline.Width], device: _model.Device);
        return _model.ImageFeatures(image_BCYX).select(0, 0).clone().DetachFromDisposeScope();
    }

    void WritePicture(GenerationRequest request, Span<float> values)
    {
        var name = request.ImagePath!;
        using var picture = _pipeline.Transform(
            request.ImageBytes is { } bytes ? ImageDecoder.Decode(bytes.Span, name, request.MaximumPixels) : ImageDecoder.Decode(name, request.MaximumPixels), name);
        _pipeline.WriteValues(picture, values);
    }

    void WriteBlank(Span<float> values)
    {
        using var blank = new RgbImage(_pipeline.Width, _pipeline.Height);
        blank.Fill(_blankColour);
        _pipeline.WriteValues(blank, values);
    }

    static ClipPreprocessorConfig Clip(IReadOnlyList<int> size) =>
        new(new ResizeShorterEdge(size.Min(), Interpolation.Bicubic), new CenterCrop(size[0], size[1]), ClipMean, ClipDeviation);
}
