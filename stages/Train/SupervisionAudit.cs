using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Loading;

namespace Llava.Train;

/// <summary>
/// A micro-batch without one supervised token has no loss (0/0). Which batch that would be is known before the first step:
/// the order of the samples is a function of the seed.
/// </summary>
static class SupervisionAudit
{
    /// <param name="from">Where the run goes on, behind <paramref name="stepsDone"/> steps.</param>
    /// <exception cref="DiagnosticException">Nothing in a micro-batch of the run is supervised; the first such one is named.</exception>
    public static void ThrowIfAnyIsEmpty(LlavaDataLoader loader, TrainingSchedule schedule, LoaderPosition from, long stepsDone, IStageLog log, CancellationToken stop)
    {
        var unsupervised = loader.FindUnsupervised(read => log.Progress(new StageProgress("checking loss masks", read, loader.SampleCount, "samples")), stop);
        if (unsupervised.Count == 0)
            return;
        log.Information($"{unsupervised.Count} of {loader.SampleCount} samples supervise no token: {MicroBatch.Describe(unsupervised.Order())}");
        foreach (var batch in loader.SampleIndexes(from, LoaderPass.Endless).TakeWhile(_ => stepsDone++ < schedule.Steps))
            foreach (var microBatch in batch.Chunk(schedule.MicroBatchSequences))
                if (microBatch.All(unsupervised.Contains))
                    throw new DiagnosticException(ErrorCatalog.NoSupervision.Says(FormattableString.Invariant($"step {stepsDone}: the loss mask is empty for all samples of a micro-batch: {MicroBatch.List(microBatch)}")));
    }
}
