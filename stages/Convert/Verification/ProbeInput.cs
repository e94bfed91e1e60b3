using Llava.Conversion.Formats;
using Llava.Model.Configuration;
using static TorchSharp.torch;

namespace Llava.Conversion.Verification;

/// <summary>What both models are asked: one drawn picture and drawn tokens, the same for every model of a size.</summary>
sealed record ProbeInput(Tensor Image_BCYX, Tensor Ids_BS) : IDisposable
{
    const int TextTokens = 32;
    const string Stream = "conversion probe";

    public static ProbeInput For(LlavaModelConfig config)
    {
        var random = new SplitMix64(0, Stream);
        var pixels = new float[config.ImageModel.NumChannels * config.ImageModel.ImageSize[0] * config.ImageModel.ImageSize[1]];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (float)(4 * random.NextUnit() - 2);
        var ids = new long[Math.Min(config.TextModel.MaxPositionEmbeddings, config.ImageStartIdx + config.ImageTokenCount + TextTokens)];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = (long)(random.NextUnit() * config.TextModel.VocabSize);
        return new ProbeInput(
            tensor(pixels).reshape(1, config.ImageModel.NumChannels, config.ImageModel.ImageSize[0], config.ImageModel.ImageSize[1]),
            tensor(ids).unsqueeze(0));
    }

    public void Dispose()
    {
        Image_BCYX.Dispose();
        Ids_BS.Dispose();
    }
}
