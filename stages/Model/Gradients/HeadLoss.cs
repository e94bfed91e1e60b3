using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Gradients;

/// <summary>
/// The head and the cross-entropy behind it, a block of positions at a time: a vocabulary's scores are the largest tensor of
/// a step by far, and never stand in memory for all positions.
/// </summary>
public static class HeadLoss
{
    // 64 MiB in float32.
    const long ScoresAtOnce = 1L << 24;

    static readonly Scalar MinusOne = -1;

    /// <summary>The most positions whose scores stand in memory together.</summary>
    public static long PositionsAtOnce(LlavaModel model) => Math.Max(1, ScoresAtOnce / model.Config.TextModel.VocabSize);

    /// <param name="hidden_ND">From <see cref="LlavaModel.HiddenStates"/>, the positions that have a label.</param>
    /// <param name="labels_N">int64.</param>
    /// <returns>The cross-entropy summed over the positions, and how many of the labels are the first choice.</returns>
    internal static (double Loss, long Correct) Score(LlavaModel model, Tensor hidden_ND, Tensor labels_N)
    {
        using var noGradient = no_grad();
        var (loss, correct) = (0.0, 0L);
        foreach (var (start, count) in Blocks(model, hidden_ND))
        {
            using var scope = NewDisposeScope();
            var (scores_CV, labels_C) = (model.Logits(hidden_ND.narrow(0, start, count)), labels_N.narrow(0, start, count));
            correct += scores_CV.argmax(1).eq(labels_C).sum().item<long>();
            loss -= LogLikelihoods(scores_CV).gather(1, labels_C.unsqueeze(1)).sum().to(ScalarType.Float64).item<double>();
        }
        return (loss, correct);
    }

    /// <summary>Adds the gradients of the weighted sum of cross-entropies to the head's own parameters, where they are trained.</summary>
    /// <param name="hidden_ND">Detached.</param>
    /// <param name="labels_N">int64.</param>
    /// <param name="weights_N">A factor for each position's cross-entropy, at least float32.</param>
    /// <returns>The weighted sum, and its gradient by the hidden states.</returns>
    internal static (Tensor Loss, Tensor Gradient_ND) AddGradients(LlavaModel model, Tensor hidden_ND, Tensor labels_N, Tensor weights_N)
    {
        var loss = zeros([], weights_N.dtype, hidden_ND.device);
        var gradient_ND = empty_like(hidden_ND);
        foreach (var (start, count) in Blocks(model, hidden_ND))
        {
            using var scope = NewDisposeScope();
            using var h_CD = hidden_ND.narrow(0, start, count).detach().requires_grad_();
            var scores_CV = model.Logits(h_CD);
            scores_CV.backward([ScoreGradients(scores_CV.detach(), labels_N.narrow(0, start, count), weights_N.narrow(0, start, count), loss)]);
            gradient_ND.narrow(0, start, count).copy_(h_CD.grad!);
        }
        return (loss, gradient_ND);
    }

    // C positions of a block, V vocabulary. The gradient of a cross-entropy by its scores: softmax, less one at the label.
    static Tensor ScoreGradients(Tensor scores_CV, Tensor labels_C, Tensor weights_C, Tensor loss)
    {
        using var noGradient = no_grad();
        var (labels_C1, weights_C1) = (labels_C.unsqueeze(1), weights_C.unsqueeze(1));
        var logs_CV = LogLikelihoods(scores_CV);
        loss.add_(logs_CV.gather(1, labels_C1).mul(weights_C1).sum(), MinusOne);
        return logs_CV.exp_().scatter_add_(1, labels_C1, full_like(weights_C1, MinusOne)).mul_(weights_C1).to(scores_CV.dtype);
    }

    static Tensor LogLikelihoods(Tensor scores_CV) =>
        functional.log_softmax(scores_CV.dtype == ScalarType.Float64 ? scores_CV : scores_CV.to(ScalarType.Float32), 1);

    static IEnumerable<(long Start, long Count)> Blocks(LlavaModel model, Tensor hidden_ND)
    {
        var (total, most) = (hidden_ND.shape[0], PositionsAtOnce(model));
        for (long start = 0; start < total; start += most)
            yield return (start, Math.Min(most, total - start));
    }
}
