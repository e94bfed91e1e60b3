using Llava.Model.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Model.Gradients;

/// <summary>The training loss of a micro-batch and its gradients.</summary>
public static class LlavaGradients
{
    // B rows, P image positions, W width of the vision tower, S positions, D hidden size, N supervised positions.
    /// <summary>
    /// Adds the gradients of <c>lossPerToken * sum(cross-entropy * loss mask)</c> to those of the trained parameters. Reads nothing
    /// back from the device: on a GPU all of it is queued, and the host goes on.
    /// </summary>
    /// <param name="imageFeatures_BPW">From <see cref="LlavaModel.ImageFeatures"/>.</param>
    /// <param name="text_input_ids">B x S.</param>
    /// <param name="key_padding_mask">B x S; 1 = do not attend. Null hides nothing, and does for rows that hide nothing but their own ends: nothing visible comes later to look there.</param>
    /// <param name="blocksPerSegment">Blocks whose inner results are computed again for the backward pass instead of kept; null keeps all.</param>
    /// <returns>The loss, a scalar.</returns>
    public static Tensor AddGradients(
        this LlavaModel model, Tensor imageFeatures_BPW, Tensor text_input_ids, Supervision supervision, Tensor? key_padding_mask, double lossPerToken, int? blocksPerSegment = null)
    {
        using var scope = NewDisposeScope();
        using Scalar scale = lossPerToken;
        var precision = model.ElementType == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var weights_N = supervision.Mask_N.to(precision).mul(scale);

        var h_BSD = model.InputEmbeddings(imageFeatures_BPW, text_input_ids);
        var pass = model.text_model.PassOver(h_BSD, AttentionMask.CausalExcept(key_padding_mask, model.ElementType));
        var recomputed = blocksPerSegment is { } count ? new RecomputedBlocks(model.text_model.Blocks, pass, count) : null;
        var last_BSD = recomputed?.Forward(h_BSD) ?? model.text_model.RunBlocks(h_BSD, pass);
        var hidden_ND = model.text_model.Normalize(last_BSD).flatten(0, 1).index_select(0, supervision.Positions_N);

        var (loss, gradient_ND) = HeadLoss.AddGradients(model, hidden_ND.detach(), supervision.Labels_N, weights_N);
        Backward(hidden_ND, gradient_ND);
        if (recomputed is not null)
            Backward(h_BSD, recomputed.Backward(last_BSD.grad!));
        return scope.MoveToOuter(loss);
    }

    // With everything below it frozen, a tensor has nowhere to send its gradient.
    static void Backward(Tensor tensor, Tensor gradient)
    {
        if (tensor.requires_grad)
            tensor.backward([gradient]);
    }
}
