using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Llava.Model.Interop;

/// <summary>A tensor's elements in place, where TorchSharp's spans end at 2 GB.</summary>
public static unsafe partial class TensorMemory
{
    public delegate void BlockAction(long byteOffset, Span<byte> block);

    const string Library = "torch_cpu";
    const long BlockBytes = 16 << 20;

    /// <param name="tensor">Contiguous, on the CPU.</param>
    public static void ForEachBlock(Tensor tensor, BlockAction action)
    {
        if (aoti_torch_get_data_ptr(tensor.Handle, out var start) != 0)
            throw new ExternalException("libtorch would not say where a tensor lies");
        var byteCount = tensor.numel() * tensor.element_size();
        for (long offset = 0; offset < byteCount; offset += BlockBytes)
            action(offset, new Span<byte>((byte*)start + offset, (int)Math.Min(BlockBytes, byteCount - offset)));
        GC.KeepAlive(tensor);
    }

    [LibraryImport(Library)]
    private static partial int aoti_torch_get_data_ptr(nint tensor, out nint address);
}
