using System.Buffers.Binary;

namespace Llava.Data.Images;

static class PngChunks
{
    const int SignatureBytes = 8;
    const int FrameBytes = 12;

    /// <summary>Whether the file goes on to its end chunk; libpng says "read error" of a damaged one and a cut one alike.</summary>
    public static bool ReachEnd(ReadOnlySpan<byte> file)
    {
        for (long position = SignatureBytes; position + FrameBytes <= file.Length;)
        {
            var chunk = file[(int)position..];
            if (chunk[4..].StartsWith("IEND"u8))
                return true;
            position += FrameBytes + BinaryPrimitives.ReadUInt32BigEndian(chunk);
        }
        return false;
    }
}
