using Llava.Contracts.Diagnostics;

namespace Llava.Train;

/// <summary>A micro-batch without one supervised token has no loss (0/0) and is refused by name.</summary>
static class SupervisionAudit
{
    /// <exception cref="DiagnosticException">Nothing in the batch is supervised.</exception>
    public static void ThrowIfEmpty(MicroBatch batch, long step)
    {
        if (batch.SupervisedTokens == 0)
            throw new DiagnosticException(ErrorCatalog.NoSupervision.Says(FormattableString.Invariant($"step {step}: the loss mask is empty for all samples of a micro-batch: {MicroBatch.Describe(batch.SampleIndices)}")));
    }
}
