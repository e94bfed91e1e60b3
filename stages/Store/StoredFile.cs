using System.Globalization;
using Llava.Contracts.Diagnostics;

namespace Llava.Store;

/// <param name="Path">From the stage's folder, with <c>/</c>.</param>
/// <param name="Sha256">Of the content, lower-case hex; the object's name too.</param>
public sealed record StoredFile(string Path, long SizeBytes, string Sha256)
{
    const int LongestPath = 1024;
    const int LongestPart = 255;
    const long LargestBytes = 1L << 50;

    /// <summary>An entry may come from anywhere: its paths must stay in the stage's folder, its hashes must be file names.</summary>
    /// <exception cref="DiagnosticException">Neither is so.</exception>
    public void RequireHarmless(string entry)
    {
        if (!StaysInside(Path))
            throw ErrorCatalog.StoreEntryRefused.Fails(entry, $"names the file \"{Path}\", which does not lie in the stage's folder");
        if (!ObjectName.IsHash(Sha256) || SizeBytes is < 0 or > LargestBytes)
            throw ErrorCatalog.StoreEntryRefused.Fails(entry, string.Create(CultureInfo.InvariantCulture, $"gives {Path} the hash \"{Sha256}\" and {SizeBytes} bytes, which cannot be"));
    }

    static bool StaysInside(string path) =>
        path.Length is > 0 and <= LongestPath && !path.Contains('\\') && !path.Any(char.IsControl) && path.Split('/').All(part => part is not ("" or "." or "..") && part.Length <= LongestPart);
}
