using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Llava.Tasks.Staleness;

/// <summary>A file or folder in one line: how many files, how many bytes, one hash over names and contents.</summary>
public sealed record TreeDigest(long Files, long SizeBytes, string Sha256)
{
    public static TreeDigest Of(IReadOnlyList<FileFingerprint> files)
    {
        // One file is named by its content alone, so that moving or renaming an input changes nothing.
        if (files is [var single])
            return new TreeDigest(1, single.SizeBytes, single.Sha256);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.RelativePath}\0{file.SizeBytes}\0{file.Sha256}\n")));
        return new TreeDigest(files.Count, files.Sum(file => file.SizeBytes), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
