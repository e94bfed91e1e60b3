using Llava.Contracts.Progress;
using Llava.Data.Loading;
using Llava.Model;
using Llava.Train.Configuration;
using Llava.Train.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train;

/// <summary>Teacher-forced loss, perplexity and token accuracy over one pass of <c>eval_input</c>.</summary>
sealed class Evaluation(LlavaDataConfig input, int? maximumBatches, LlavaModel model, LlavaDataLoader loader, IStageLog log)
{
    public EvaluationMetrics Run(long step, CancellationToken stop)
    {
        using var noGradient = no_grad();
        var (loss, correct, tokens, sequences, batches) = (0.0, 0L, 0L, 0L, 0);
        foreach (var batch in loader.Read(loader.Start, LoaderPass.OneEpoch, cancellationToken: stop))
        {
            foreach (var microBatch in BatchTensors.Split(batch, input, input.MicroBatchSequences ?? input.BatchSize, model.Device))
            {
                using (microBatch)
                {
                    var (sum, right) = microBatch.SupervisedTokens == 0 ? (0, 0) : Score(microBatch);
                    (loss, correct, tokens) = (loss + sum, correct + right, tokens + microBatch.SupervisedTokens);
                }
            }
            sequences += batch.BatchSize;
            batch.Dispose();
            log.Progress(new StageProgress("evaluating", sequences, TotalSequences, "sequences"));
            if (++batches == maximumBatches)
                break;
        }
        var mean = tokens == 0 ? 0 : loss / tokens;
        return new EvaluationMetrics(step, mean, Math.Exp(mean), tokens == 0 ? 0 : (double)correct / tokens, tokens, sequences);
    }

    long TotalSequences => Math.Min(loader.SamplesPerEpoch, (long?)maximumBatches * input.BatchSize ?? long.MaxValue);

    (double Loss, long Correct) Score(MicroBatch batch)
    {
        using var scope = NewDisposeScope();
        var hidden_BSD = model.HiddenStates(model.ImageFeatures(batch.Images_BCYX), batch.TokenIds_BS, batch.KeyPaddingMask_BS);
        var supervised_M = batch.LossMask_BS.flatten().nonzero().squeeze(1);
        var logits_MV = model.Logits(hidden_BSD.flatten(0, 1).index_select(0, supervised_M));
        var labels_M = batch.Labels_BS.flatten().index_select(0, supervised_M);
        var ones_M = ones_like(labels_M);
        var right = logits_MV.argmax(1).eq(labels_M.to(ScalarType.Int64)).sum();
        return (LlavaLoss.Sum(logits_MV, labels_M, ones_M).item<float>(), right.item<long>());
    }
}
