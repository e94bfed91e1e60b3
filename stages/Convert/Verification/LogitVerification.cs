using Llava.Contracts.Diagnostics;
using Llava.Model;
using Llava.Model.Configuration;
using static TorchSharp.torch;

namespace Llava.Conversion.Verification;

/// <summary><c>--verify</c>: the model of the source and the model of the result compute the same, each loaded by its own names.</summary>
static class LogitVerification
{
    /// <exception cref="DiagnosticException">The results differ by more than rounding.</exception>
    public static LogitComparison Compare(LogitProbe source, LogitProbe result, LlavaModelConfig config, string resultPath, bool drawnProjector, CancellationToken cancellation)
    {
        TorchRuntime.UseDefault();
        using var scope = NewDisposeScope();
        using var input = ProbeInput.For(config);
        var expected = OfOwnTokens(source.Logits(input, cancellation), config);
        var shared = OfOwnTokens(result.Logits(input, cancellation), config);
        var comparison = new LogitComparison(expected.shape[1], expected.abs().max().item<float>(), expected.sub(shared).abs().max().item<float>(), drawnProjector);
        // Written so that NaN fails too.
        if (!(comparison.LargestDifference <= comparison.Tolerance))
            throw ErrorCatalog.ConversionDiffers.Fails(resultPath, FormattableString.Invariant($"logits differ from the source's by up to {comparison.LargestDifference:G3}; rounding explains {comparison.Tolerance:G3}"));
        return comparison;
    }

    // llava-hf has rows for added tokens and filling.
    static Tensor OfOwnTokens(Tensor logits, LlavaModelConfig config) => logits.narrow(2, 0, config.TextModel.VocabSize);
}
