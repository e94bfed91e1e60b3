using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Model.Configuration;
using Llava.Model.Mapping;
using static TorchSharp.torch;

namespace Llava.Conversion.Verification;

/// <summary>A model on disk that answers a <see cref="ProbeInput"/>, loaded by its own format's names.</summary>
sealed class LogitProbe : IDisposable
{
    readonly Func<ProbeInput, CancellationToken, Tensor> _logits;
    readonly IDisposable[] _open;

    LogitProbe(Func<ProbeInput, CancellationToken, Tensor> logits, params IDisposable[] open) => (_logits, _open) = (logits, open);

    public static LogitProbe ModelZoo(string path, string configPath)
    {
        var checkpoint = LlavaCheckpoint.OpenModelZoo(path, configPath);
        var forward = new BlockwiseForward(checkpoint.Tensors, checkpoint.Config);
        return new((input, cancellation) => forward.Logits(input.Image_BCYX, input.Ids_BS, cancellation), checkpoint);
    }

    /// <param name="standIn">Has the projector where the pair has none.</param>
    public static LogitProbe HuggingFace(string imageFolder, string textFolder, LlavaModelConfig config, ICheckpointReader? standIn)
    {
        var (image, text) = (CheckpointFolder.Open(imageFolder), TextModelWeights.Open(textFolder));
        var forward = new HuggingFaceForward(
            new HuggingFaceWeights([image, text], standIn),
            HuggingFaceConfigFile.ReadVision(Path.Combine(imageFolder, HuggingFaceConfigFile.FileName)),
            HuggingFaceConfigFile.ReadText(Path.Combine(textFolder, HuggingFaceConfigFile.FileName)));
        return new((input, cancellation) => forward.Logits(input.Image_BCYX, input.Ids_BS, config.ImageStartIdx, cancellation), image, text);
    }

    public static LogitProbe LlavaHf(string folder, LlavaModelConfig config)
    {
        var checkpoint = CheckpointFolder.Open(folder);
        var (vision, text) = LlavaHfConfig.Read(Path.Combine(folder, HuggingFaceConfigFile.FileName));
        var forward = new HuggingFaceForward(new HuggingFaceWeights([checkpoint], null), vision, text);
        return new((input, cancellation) => forward.Logits(input.Image_BCYX, input.Ids_BS, config.ImageStartIdx, cancellation), checkpoint);
    }

    /// <returns>1 x S x V.</returns>
    public Tensor Logits(ProbeInput input, CancellationToken cancellation) => _logits(input, cancellation);

    public void Dispose()
    {
        foreach (var checkpoint in _open)
            checkpoint.Dispose();
    }
}
