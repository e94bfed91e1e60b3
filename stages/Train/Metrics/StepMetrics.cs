namespace Llava.Train.Metrics;

/// <summary>One optimizer step, read back from the device.</summary>
/// <param name="Loss">Mean of the micro-batches' losses, in nats a token.</param>
/// <param name="GradientNorm">Global L2 norm over all trainable parameters, before clipping.</param>
sealed record StepMetrics(QueuedStep Queued, double Loss, double GradientNorm)
{
    public long Step => Queued.Step;

    public double LearningRate => Queued.LearningRate;
}
