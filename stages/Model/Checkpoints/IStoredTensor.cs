namespace Llava.Model.Checkpoints;

/// <summary>Where a container keeps the bytes of one tensor.</summary>
interface IStoredTensor
{
    /// <summary>Fills <paramref name="destination"/> with the tensor's contiguous bytes from <paramref name="byteOffset"/> on.</summary>
    void Read(long byteOffset, Span<byte> destination);
}
