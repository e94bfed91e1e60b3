namespace Llava.Download.Locking;

/// <param name="Sha256">64 hexadecimal digits.</param>
sealed record LockedFile(long SizeBytes, string Sha256);

/// <summary>What one source gave when it was first asked.</summary>
/// <param name="Revision">The commit, of a repository.</param>
/// <param name="Patterns">Patterns for which <paramref name="Files"/> is complete: with these alone the source need not be asked again.</param>
sealed record LockedSource(string? Revision, IReadOnlyList<string> Patterns, IReadOnlyDictionary<string, LockedFile> Files)
{
    public static readonly LockedSource Empty = new(null, [], new Dictionary<string, LockedFile>());
}
