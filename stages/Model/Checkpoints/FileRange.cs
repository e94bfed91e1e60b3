namespace Llava.Model.Checkpoints;

/// <summary>A tensor whose bytes lie in its file as they are.</summary>
sealed class FileRange(FileRegion file, long start) : IStoredTensor
{
    public void Read(long byteOffset, Span<byte> destination) => file.Read(start + byteOffset, destination);
}
