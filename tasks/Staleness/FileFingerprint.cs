namespace Llava.Tasks.Staleness;

/// <param name="RelativePath">From the fingerprinted root, with <c>/</c>; the file's own name where the root is a file.</param>
/// <param name="Sha256">Of the content, lower-case hex.</param>
public sealed record FileFingerprint(string RelativePath, long SizeBytes, string Sha256);
