namespace Llava.Train.Metrics;

/// <summary>The time between two logged steps, or since this process began to train.</summary>
/// <param name="DataWaitSeconds">Spent waiting for batches.</param>
/// <param name="OptimizerSeconds">Spent between the last gradient and the next step: norm, clipping, update.</param>
/// <param name="TokensPerSecond">Positions that went through the language model.</param>
/// <param name="OperationsPerSecond">Of the model's own arithmetic: <see cref="StepArithmetic"/>.</param>
/// <param name="MatrixRateShare">The same by the rate at which this machine multiplies large matrices in this number format.</param>
/// <param name="DeviceMegabytes">Of a GPU's memory in use at the end, in units of 10^6 bytes; null on the CPU.</param>
sealed record IntervalTiming(double Seconds, double DataWaitSeconds, double OptimizerSeconds, double TokensPerSecond, double OperationsPerSecond, double MatrixRateShare, double? DeviceMegabytes = null)
{
    public double DataWaitShare => DataWaitSeconds / Math.Max(Seconds, 1e-9);

    public double OptimizerShare => OptimizerSeconds / Math.Max(Seconds, 1e-9);
}
