using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Metrics;

/// <summary>How fast this machine multiplies matrices: what a step's speed is measured against.</summary>
static class MatrixRate
{
    const int Repetitions = 5;

    /// <returns>Floating-point operations a second of the fastest of a few square products in the given number format.</returns>
    public static double Measure(Device device, ScalarType elementType)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var size = device.type == DeviceType.CUDA ? 8192L : 1024L;
        var matrix = ones([size, size], elementType, device); // not random numbers: the generator's state belongs to the training
        var best = double.PositiveInfinity;
        for (var repetition = 0; repetition < Repetitions; repetition++)
            best = Math.Min(best, Seconds(matrix));
        return 2.0 * size * size * size / best;
    }

    static double Seconds(Tensor matrix)
    {
        var start = Stopwatch.GetTimestamp();
        using var product = matrix.mm(matrix);
        if (matrix.device_type == DeviceType.CUDA)
            cuda.synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
