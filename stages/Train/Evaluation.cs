using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Loading;
using Llava.Model;
using Llava.Train.Configuration;
using Llava.Train.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train;

/// <summary>Teacher-forced loss, perplexity and token accuracy over one pass of <c>eval_input</c>.</summary>
/// <param name="checksNumbers">Stop at the first loss that is not finite.</param>
sealed class Evaluation(LlavaDataConfig input, int? maximumBatches, LlavaModel model, LlavaDataLoader loader, bool checksNumbers, IStageLog log)
{
    /// <param name="step">Steps made so far.</param>
    /// <exception cref="DiagnosticException">The loss of some rows is not finite.</exception>
    public EvaluationMetrics Run(long step, CancellationToken stop)
    {
        using var noGradient = no_grad();
        model.eval();
        try
        {
            return RunOnce(step, stop);
        }
        finally
        {
            model.train();
        }
    }

    EvaluationMetrics RunOnce(long step, CancellationToken stop)
    {
        var (loss, correct, tokens, sequences, batches) = (0.0, 0L, 0L, 0L, 0);
        foreach (var read in loader.Read(loader.Start, LoaderPass.OneEpoch, cancellationToken: stop))
        {
            using var batch = read;
            foreach (var microBatch in BatchTensors.Split(batch, input, input.MicroBatchSequences ?? input.BatchSize, model))
            {
                using (microBatch)
                {
                    var (sum, right) = microBatch.SupervisedTokens == 0 ? (0, 0) : Score(microBatch);
                    if (checksNumbers && !double.IsFinite(sum))
                        throw NotFinite(step, sum, microBatch);
                    (loss, correct, tokens) = (loss + sum, correct + right, tokens + microBatch.SupervisedTokens);
                }
            }
            sequences += batch.BatchSize;
            log.Progress(new StageProgress("evaluating", sequences, TotalSequences, "sequences"));
            if (++batches == maximumBatches)
                break;
        }
        var mean = tokens == 0 ? 0 : loss / tokens;
        return new EvaluationMetrics(step, mean, Math.Exp(mean), tokens == 0 ? 0 : (double)correct / tokens, tokens, sequences);
    }

    long TotalSequences => Math.Min(loader.SamplesPerEpoch, (long?)maximumBatches * input.BatchSize ?? long.MaxValue);

    static DiagnosticException NotFinite(long step, double loss, MicroBatch batch) => new(ErrorCatalog.LossNotFinite.Says(FormattableString.Invariant(
        $"evaluation after step {step}: the loss is {loss}; samples {MicroBatch.List(batch.SampleIndices)} of eval_input")));

    (double Loss, long Correct) Score(MicroBatch batch)
    {
        using var scope = NewDisposeScope();
        var hidden_BSD = model.HiddenStates(model.ImageFeatures(batch.Images_BCYX), batch.TokenIds_BS, batch.Hidden_BS);
        return model.Score(hidden_BSD, batch.Supervision);
    }
}
