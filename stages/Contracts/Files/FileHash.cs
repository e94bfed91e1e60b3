using System.Buffers;
using System.Security.Cryptography;

namespace Llava.Contracts.Files;

public static class FileHash
{
    // SHA256.HashData(Stream) reads 4 kB at a time, which costs more than the hash.
    const int BlockBytes = 256 << 10;

    /// <summary>Of a file's content, lower-case hex. Others may write to it meanwhile: whoever minds looks whether it has changed.</summary>
    public static string Sha256(string path, CancellationToken cancellation = default)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (long offset = 0; RandomAccess.Read(file, block, offset) is var count and > 0; offset += count)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(block, 0, count);
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
