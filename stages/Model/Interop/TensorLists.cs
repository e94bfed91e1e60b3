using static TorchSharp.torch;

namespace Llava.Model.Interop;

/// <summary>
/// Operators on whole lists of tensors that TorchSharp does not offer, called through the dispatcher's C interface: one call
/// a step instead of one a parameter.
/// </summary>
public static unsafe class TensorLists
{
    /// <summary>
    /// <c>aten::_fused_adamw_</c>: <c>p *= 1 - lr * wd</c>, then Adam's step with eps added after the second moment's bias
    /// correction. On the CPU bit-equal to PyTorch's AdamW.
    /// </summary>
    /// <param name="step">A float scalar, counted up to this step already: one for all tensors.</param>
    /// <param name="gradientDivisor">A float scalar that every gradient is divided by, in place.</param>
    /// <param name="isHalted">A float scalar; where it is 1, nothing happens.</param>
    public static void FusedAdamW(
        IReadOnlyList<Tensor> parameters,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> firstMoments,
        IReadOnlyList<Tensor> secondMoments,
        Tensor step,
        double learningRate,
        double beta1,
        double beta2,
        double weightDecay,
        double epsilon,
        Tensor? gradientDivisor,
        Tensor? isHalted)
    {
        var stack = stackalloc ulong[]
        {
            TorchDispatcher.NewList(parameters),
            TorchDispatcher.NewList(gradients),
            TorchDispatcher.NewList(firstMoments),
            TorchDispatcher.NewList(secondMoments),
            TorchDispatcher.NewList([]),
            TorchDispatcher.NewList([.. Enumerable.Repeat(step, parameters.Count)]),
            BitConverter.DoubleToUInt64Bits(learningRate),
            BitConverter.DoubleToUInt64Bits(beta1),
            BitConverter.DoubleToUInt64Bits(beta2),
            BitConverter.DoubleToUInt64Bits(weightDecay),
            BitConverter.DoubleToUInt64Bits(epsilon),
            0, // amsgrad: no
            0, // maximize: no
            gradientDivisor is null ? 0 : TorchDispatcher.Some(TorchDispatcher.NewHandle(gradientDivisor)),
            isHalted is null ? 0 : TorchDispatcher.Some(TorchDispatcher.NewHandle(isHalted)),
        };
        TorchDispatcher.CallInPlace("aten::_fused_adamw_\0"u8, "\0"u8, stack);
    }

    /// <summary>Sets every tensor to zero in place.</summary>
    public static void Zero(IReadOnlyList<Tensor> tensors)
    {
        var stack = stackalloc ulong[] { TorchDispatcher.NewList(tensors) };
        TorchDispatcher.CallInPlace("aten::_foreach_zero_\0"u8, "\0"u8, stack);
    }
}
