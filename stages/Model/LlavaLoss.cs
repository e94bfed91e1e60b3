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

    /// <summary>
    /// As <see cref="Sum"/>, from the hidden states: the head runs at the supervised positions alone, which are few of a
    /// row's. Same value, up to rounding.
    /// </summary>
    /// <param name="hidden_BSD">From <see cref="LlavaModel.HiddenStates"/>.</param>
    public static Tensor SumFromHidden(this LlavaModel model, Tensor hidden_BSD, Tensor labels_BS, Tensor loss_mask_BS)
    {
        using var scope = NewDisposeScope();
        var mask_N = loss_mask_BS.flatten();
        var supervised_M = mask_N.nonzero().squeeze(1);
        var logits_MV = model.Logits(hidden_BSD.flatten(0, 1).index_select(0, supervised_M));
        return scope.MoveToOuter(Sum(logits_MV, labels_BS.flatten().index_select(0, supervised_M), mask_N.index_select(0, supervised_M)));
    }
}
