using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Llava.Download.Transfer;

/// <summary>Hashes bytes as they pass.</summary>
sealed class ContentHash : IDisposable
{
    readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly IncrementalHash? _blob;

    /// <param name="blobSizeBytes">The size that git's name for the content starts with; null where nobody asks for that name.</param>
    public ContentHash(long? blobSizeBytes)
    {
        if (blobSizeBytes is not { } size)
            return;
        // Git's name for a file's content; what is trusted is the sha256 that the lock keeps from then on.
        _blob = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        _blob.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0")));
    }

    public long SizeBytes { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _blob?.AppendData(bytes);
        SizeBytes += bytes.Length;
    }

    public ContentDigest Current() => new(SizeBytes, Convert.ToHexStringLower(_sha256.GetCurrentHash()), _blob is null ? "" : Convert.ToHexStringLower(_blob.GetCurrentHash()));

    public void Dispose()
    {
        _sha256.Dispose();
        _blob?.Dispose();
    }

    /// <summary>Hashes a stream from where it stands to its end.</summary>
    public async Task AppendAsync(Stream stream, Action<long> advance, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 18];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            Append(buffer.AsSpan(0, read));
            advance(read);
        }
    }
}
