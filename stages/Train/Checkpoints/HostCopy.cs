using System.Runtime.InteropServices;
using Llava.Model.Checkpoints;
using Llava.Model.Interop;
using static TorchSharp.torch;

namespace Llava.Train.Checkpoints;

/// <summary>A tensor's bytes as they were, outside of libtorch: the next step may change the tensor while another thread writes them.</summary>
sealed unsafe class HostCopy : IDisposable
{
    const int BlockBytes = 16 << 20;

    readonly TensorInfo _info;
    byte* _bytes;

    public HostCopy(string name, Tensor tensor)
    {
        _info = TensorFiles.InfoOf(name, tensor);
        using var noGradient = no_grad();
        // First: where it fails there is nothing to free yet.
        using var onHost = tensor.detach().cpu().contiguous();
        _bytes = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, _info.ByteLength));
        TensorMemory.ForEachBlock(onHost, (offset, block) => block.CopyTo(new Span<byte>(_bytes + offset, block.Length)));
    }

    public TensorSource Source => new(_info, CopyTo);

    void CopyTo(Stream destination)
    {
        for (long offset = 0; offset < _info.ByteLength; offset += BlockBytes)
            destination.Write(new ReadOnlySpan<byte>(_bytes + offset, (int)Math.Min(BlockBytes, _info.ByteLength - offset)));
    }

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
    }
}
