using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Llava.Model.Interop;

/// <summary>
/// Operators that TorchSharp does not expose, called through the C interface of libtorch's dispatcher
/// (torch/csrc/inductor/aoti_torch/c/shim.h). Autograd sees them as it sees any operator. Every such call of the product goes through here.
/// A tensor handle given to the dispatcher is consumed by it, hence the copies; an optional value is a pointer that it frees.
/// </summary>
static unsafe partial class TorchDispatcher
{
    const string Library = "torch_cpu";

    /// <summary>Rows of a table. Like indexing, with a backward that adds in parallel.</summary>
    /// <param name="weight_VD">The table.</param>
    /// <param name="ids">Any shape, int32 or int64.</param>
    /// <returns>The shape of <paramref name="ids"/> with D appended.</returns>
    public static Tensor Embedding(Tensor weight_VD, Tensor ids)
    {
        const long noPaddingRow = -1;
        var stack = stackalloc ulong[5] { NewHandle(weight_VD), NewHandle(ids), unchecked((ulong)noPaddingRow), 0, 0 };
        return Call("aten::embedding\0"u8, stack);
    }

    /// <summary><c>x / sqrt(mean(x^2) + epsilon) * weight</c> over the last dimension (Zhang and Sennrich 2019).</summary>
    public static Tensor RmsNorm(Tensor x, Tensor weight_D, double epsilon)
    {
        Check(torch_new_list_reserve_size(1, out var shape), "torch_new_list_reserve_size");
        Check(torch_list_push_back(shape, (ulong)weight_D.shape[0]), "torch_list_push_back");
        var stack = stackalloc ulong[4] { NewHandle(x), (ulong)shape, Some(NewHandle(weight_D)), Some(BitConverter.DoubleToUInt64Bits(epsilon)) };
        return Call("aten::rms_norm\0"u8, stack);
    }

    /// <summary>A linear layer's weight in oneDNN's own order, for <see cref="PackedLinear"/> alone.</summary>
    /// <param name="weight_OI">float32, on the CPU.</param>
    public static Tensor PackLinearWeight(Tensor weight_OI)
    {
        var stack = stackalloc ulong[2] { NewHandle(weight_OI), 0 };
        return Call("mkldnn::_reorder_linear_weight\0"u8, stack);
    }

    /// <summary>A linear layer whose weight <see cref="PackLinearWeight"/> made.</summary>
    public static Tensor PackedLinear(Tensor x, Tensor packedWeight_OI, Tensor? bias_O)
    {
        var bias = bias_O?.Handle ?? 0;
        nint product;
        fixed (byte* activation = "none\0"u8)
            Check(aoti_torch_cpu__linear_pointwise(x.Handle, packedWeight_OI.Handle, bias_O is null ? null : &bias, activation, null, 0, null, &product), "aoti_torch_cpu__linear_pointwise");
        GC.KeepAlive(x);
        GC.KeepAlive(packedWeight_OI);
        GC.KeepAlive(bias_O);
        return Tensor.UnsafeCreateTensor(product);
    }

    /// <summary>Gives a tensor other elements, in another number format if need be; its old memory is freed. The number format of a parameter can change so.</summary>
    public static void SetData(Tensor tensor, Tensor newData)
    {
        var stack = stackalloc ulong[2] { NewHandle(tensor), NewHandle(newData) };
        CallInPlace("aten::set_data\0"u8, "\0"u8, stack);
    }

    /// <summary>An operator that changes its arguments and returns nothing.</summary>
    /// <param name="name">Ends with a zero, as does <paramref name="overload"/>.</param>
    internal static void CallInPlace(ReadOnlySpan<byte> name, ReadOnlySpan<byte> overload, ulong* stack)
    {
        fixed (byte* nameStart = name, overloadStart = overload)
            Check(aoti_torch_call_dispatcher(nameStart, overloadStart, stack), "aoti_torch_call_dispatcher");
    }

    /// <summary>The dispatcher consumes the list with the handles in it.</summary>
    internal static ulong NewList(IReadOnlyList<Tensor> tensors)
    {
        Check(torch_new_list_reserve_size((nuint)tensors.Count, out var list), "torch_new_list_reserve_size");
        foreach (var tensor in tensors)
            Check(torch_list_push_back(list, NewHandle(tensor)), "torch_list_push_back");
        return (ulong)list;
    }

    static Tensor Call(ReadOnlySpan<byte> name, ulong* stack)
    {
        CallInPlace(name, "\0"u8, stack);
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    internal static ulong NewHandle(Tensor tensor)
    {
        Check(aoti_torch_new_tensor_handle(tensor.Handle, out var handle), "aoti_torch_new_tensor_handle");
        GC.KeepAlive(tensor);
        return (ulong)handle;
    }

    internal static ulong Some(ulong value)
    {
        var pointer = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *pointer = value;
        return (ulong)pointer;
    }

    static void Check(int errorCode, string function)
    {
        if (errorCode != 0)
            throw new ExternalException($"{function} failed; libtorch wrote the reason to standard error", errorCode);
    }

    [LibraryImport(Library)]
    private static partial int aoti_torch_call_dispatcher(byte* name, byte* overload, ulong* stack);

    // The dispatcher's interface cannot pass the name of an activation.
    [LibraryImport(Library)]
    private static partial int aoti_torch_cpu__linear_pointwise(nint x, nint weight, nint* bias, byte* activation, double** scalars, long scalarCount, byte** algorithm, nint* result);

    [LibraryImport(Library)]
    private static partial int aoti_torch_new_tensor_handle(nint tensor, out nint handle);

    [LibraryImport(Library)]
    private static partial int torch_new_list_reserve_size(nuint size, out nint list);

    [LibraryImport(Library)]
    private static partial int torch_list_push_back(nint list, ulong element);
}
