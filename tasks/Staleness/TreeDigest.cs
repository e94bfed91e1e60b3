using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Llava.Tasks.Staleness;

/// <summary>A file or folder in one line: how many files, how many bytes, one hash over names and contents.</summary>
public sealed record TreeDigest(long Files, long SizeBytes, string Sha256)
{
    const int ShownDigits = 8;
    const int HashDigits = 64;

    // Sums of such sizes stay numbers.
    const long MostBytes = 1L << 50;

    /// <summary>Over the names, from the folder on, and contents: a file that is renamed counts, a folder that is moved or renamed does not.</summary>
    public static TreeDigest Of(IReadOnlyList<FileFingerprint> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.RelativePath}\0{file.SizeBytes}\0{file.Sha256}\n")));
        return new TreeDigest(files.Count, files.Sum(file => file.SizeBytes), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Whether a text that was read may be a hash: what is not one is no record of this program.</summary>
    public static bool IsHash(string text) => text.Length == HashDigits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Of a record that was read; null where it is none that this program writes.</summary>
    public static TreeDigest? TryMake(long files, long sizeBytes, string sha256) =>
        IsHash(sha256) && files >= 0 && sizeBytes is >= 0 and < MostBytes ? new TreeDigest(files, sizeBytes, sha256) : null;

    /// <summary>Of one file whose name is known from elsewhere: its content's own hash.</summary>
    public static TreeDigest OfContent(FileFingerprint file) => new(1, file.SizeBytes, file.Sha256);

    /// <summary>"6 -> 4 bytes", or with the sizes the same "sha256 1a2b3c4d -> 5e6f7a8b".</summary>
    public string DescribeChange(TreeDigest now) => SizeBytes == now.SizeBytes
        ? $"sha256 {Sha256[..ShownDigits]} -> {now.Sha256[..ShownDigits]}"
        : string.Create(CultureInfo.InvariantCulture, $"{SizeBytes} -> {now.SizeBytes} bytes");
}
