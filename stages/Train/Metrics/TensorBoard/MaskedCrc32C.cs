using System.Numerics;

namespace Llava.Train.Metrics.TensorBoard;

/// <summary>CRC-32C, rotated and shifted as tensorflow's <c>crc32c.h</c> does, so that a checksum of checksums stays one.</summary>
static class MaskedCrc32C
{
    const uint MaskDelta = 0xa282ead8;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
