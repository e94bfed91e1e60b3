namespace Llava.Model.Checkpoints;

/// <summary>
/// An open checkpoint, whatever its container. Opening reads the keys alone; a tensor's bytes are read when asked for, straight
/// from their place in the file. Nothing is mapped: a mapped 13 GB file would count as resident memory, and one that another
/// process cuts short would end this one. Thread-safe.
/// </summary>
public interface ICheckpointReader : IDisposable
{
    /// <summary>The file or folder that was opened.</summary>
    string Path { get; }

    /// <summary>Every tensor, in ordinal order of its name.</summary>
    IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>Text stored beside the tensors (safetensors' <c>__metadata__</c>); empty where the format has none.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    TensorInfo? Find(string name);

    /// <summary>Fills <paramref name="destination"/> with the tensor's contiguous bytes from <paramref name="byteOffset"/> on.</summary>
    /// <exception cref="Contracts.Diagnostics.DiagnosticException">The file ends early.</exception>
    void Read(TensorInfo tensor, long byteOffset, Span<byte> destination);
}
