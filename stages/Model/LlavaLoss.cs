using Llava.Model.Gradients;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model;

/// <summary>Cross-entropy of the supervised positions (ModelZoo, losses/GPTLMHeadModelLoss.py). The labels are already shifted.</summary>
public static class LlavaLoss
{
    /// <summary>The training loss of the config: over the supervised tokens (<c>num_tokens</c>) or the rows (<c>batch_size</c>) of the batch.</summary>
    /// <param name="logits_BSV">From the model.</param>
    /// <param name="labels_BS">Token ids.</param>
    /// <param name="loss_mask_BS">1 = supervised.</param>
    public static Tensor Loss(this LlavaModel model, Tensor logits_BSV, Tensor labels_BS, Tensor loss_mask_BS)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(model.Scale(Sum(logits_BSV, labels_BS, loss_mask_BS), loss_mask_BS));
    }

    /// <summary>Turns a sum over supervised tokens into the loss of the config.</summary>
    public static Tensor Scale(this LlavaModel model, Tensor sum, Tensor loss_mask_BS)
    {
        using var scope = NewDisposeScope();
        if (model.Config.LossScaling == "num_tokens")
            return scope.MoveToOuter(sum.div(loss_mask_BS.sum(ScalarType.Float32)));
        using Scalar share = model.Config.LossWeight / loss_mask_BS.shape[0];
        return scope.MoveToOuter(sum.mul(share));
    }

    /// <summary>Cross-entropy summed over the supervised tokens, in at least float32.</summary>
    public static Tensor Sum(Tensor logits, Tensor labels, Tensor loss_mask)
    {
        using var scope = NewDisposeScope();
        var precise_NV = logits.dtype == ScalarType.Float64 ? logits.flatten(0, -2) : logits.flatten(0, -2).to(ScalarType.Float32);
        var each_N = functional.cross_entropy(precise_NV, labels.flatten().to(ScalarType.Int64), reduction: Reduction.None);
        return scope.MoveToOuter(each_N.mul(loss_mask.flatten()).sum());
    }

    /// <summary>What the cross-entropy of one supervised token counts in the loss of its micro-batch.</summary>
    public static double LossPerToken(this LlavaModel model, long supervisedTokens, long rows) =>
        model.Config.LossScaling == "num_tokens" ? 1.0 / supervisedTokens : model.Config.LossWeight / rows;

    /// <summary>
    /// Cross-entropy summed over the supervised positions, and how many of their labels are the model's first choice. The head
    /// runs at these positions alone, some at a time. Without gradients.
    /// </summary>
    /// <param name="hidden_BSD">From <see cref="LlavaModel.HiddenStates"/>.</param>
    public static (double Loss, long Correct) Score(this LlavaModel model, Tensor hidden_BSD, Supervision supervision)
    {
        using var scope = NewDisposeScope();
        return HeadLoss.Score(model, hidden_BSD.flatten(0, 1).index_select(0, supervision.Positions_N), supervision.Labels_N);
    }
}
