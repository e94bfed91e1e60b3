using static TorchSharp.torch;

namespace Llava.Model;

/// <summary>The positions of a batch that have a loss, which are few of a row's: the head runs at these alone.</summary>
/// <param name="Positions_N">int64, in the batch's rows one after the other.</param>
/// <param name="Labels_N">int64: the token that should follow each.</param>
/// <param name="Mask_N">int32: what each counts, 1 as a rule.</param>
public sealed record Supervision(Tensor Positions_N, Tensor Labels_N, Tensor Mask_N) : IDisposable
{
    /// <summary>How many there are is read from the mask: on a GPU the host waits for it, so make this on the CPU and move it.</summary>
    /// <param name="labels_BS">Token ids, shifted already.</param>
    /// <param name="loss_mask_BS">0 = no loss.</param>
    public static Supervision Of(Tensor labels_BS, Tensor loss_mask_BS)
    {
        using var scope = NewDisposeScope();
        var positions_N = loss_mask_BS.flatten().nonzero().squeeze(1);
        return new Supervision(
            scope.MoveToOuter(positions_N),
            scope.MoveToOuter(labels_BS.flatten().index_select(0, positions_N).to(ScalarType.Int64)),
            scope.MoveToOuter(loss_mask_BS.flatten().index_select(0, positions_N)));
    }

    public void Dispose()
    {
        Positions_N.Dispose();
        Labels_N.Dispose();
        Mask_N.Dispose();
    }
}
