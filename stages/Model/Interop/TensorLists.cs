using System.Runtime.InteropServices;
using TorchSharp;

namespace Llava.Model.Interop;

/// <summary>
/// Operators on whole lists of tensors that TorchSharp does not offer, called through the dispatcher's C interface: one call
/// a step instead of one a parameter.
/// </summary>
public static unsafe partial class TensorLists
{
    const string Library = "torch_cpu";

    // torch 2.10.0, as the stable interface packs it: major, minor, patch in the three upper bytes of each 16-bit pair.
    const ulong ExtensionBuildVersion = (2UL << 56) | (10UL << 48);

    static readonly ulong None = 0;

    /// <summary>
    /// <c>aten::_fused_adamw_</c>: <c>p *= 1 - lr * wd</c>, then Adam's step with eps added after the second moment's bias
    /// correction. On the CPU bit-equal to PyTorch's AdamW.
    /// </summary>
    /// <param name="step">A float scalar, counted up to this step already: one for all tensors.</param>
    public static void FusedAdamW(
        IReadOnlyList<torch.Tensor> parameters,
        IReadOnlyList<torch.Tensor> gradients,
        IReadOnlyList<torch.Tensor> firstMoments,
        IReadOnlyList<torch.Tensor> secondMoments,
        torch.Tensor step,
        double learningRate,
        double beta1,
        double beta2,
        double weightDecay,
        double epsilon)
    {
        var stack = stackalloc ulong[]
        {
            NewList(parameters),
            NewList(gradients),
            NewList(firstMoments),
            NewList(secondMoments),
            NewList([]),
            NewList([.. Enumerable.Repeat(step, parameters.Count)]),
            BitConverter.DoubleToUInt64Bits(learningRate),
            BitConverter.DoubleToUInt64Bits(beta1),
            BitConverter.DoubleToUInt64Bits(beta2),
            BitConverter.DoubleToUInt64Bits(weightDecay),
            BitConverter.DoubleToUInt64Bits(epsilon),
            0, // amsgrad
            0, // maximize
            None, // grad_scale
            None, // found_inf
        };
        Call("aten::_fused_adamw_", "", stack);
    }

    /// <summary>Multiplies every tensor in place by a scalar tensor.</summary>
    public static void Multiply(IReadOnlyList<torch.Tensor> tensors, torch.Tensor factor)
    {
        var stack = stackalloc ulong[] { NewList(tensors), NewHandle(factor) };
        Call("aten::_foreach_mul_", "Tensor", stack);
    }

    /// <summary>Sets every tensor to zero in place.</summary>
    public static void Zero(IReadOnlyList<torch.Tensor> tensors)
    {
        var stack = stackalloc ulong[] { NewList(tensors) };
        Call("aten::_foreach_zero_", "", stack);
    }

    static void Call(string operatorName, string overload, ulong* stack)
    {
        if (torch_call_dispatcher(operatorName, overload, stack, ExtensionBuildVersion) != 0)
            throw new ExternalException($"{operatorName} failed; libtorch has written the reason to standard error");
    }

    // The callee takes over the list and the handles in it.
    static ulong NewList(IReadOnlyList<torch.Tensor> tensors)
    {
        Check(torch_new_list_reserve_size((nuint)tensors.Count, out var list));
        foreach (var tensor in tensors)
            Check(torch_list_push_back(list, NewHandle(tensor)));
        return (ulong)list;
    }

    static ulong NewHandle(torch.Tensor tensor)
    {
        Check(aoti_torch_new_tensor_handle(tensor.Handle, out var handle));
        return (ulong)handle;
    }

    static void Check(int error)
    {
        if (error != 0)
            throw new ExternalException("libtorch could not take a tensor list");
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int torch_call_dispatcher(string operatorName, string overload, ulong* stack, ulong extensionBuildVersion);

    [LibraryImport(Library)]
    private static partial int torch_new_list_reserve_size(nuint size, out nint list);

    [LibraryImport(Library)]
    private static partial int torch_list_push_back(nint list, ulong item);

    [LibraryImport(Library)]
    private static partial int aoti_torch_new_tensor_handle(nint tensor, out nint handle);
}
