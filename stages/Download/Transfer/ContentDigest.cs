namespace Llava.Download.Transfer;

/// <summary>What a file's bytes are.</summary>
/// <param name="GitBlobSha1">What git calls them.</param>
sealed record ContentDigest(long SizeBytes, string Sha256, string GitBlobSha1);

/// <summary>What a file's bytes should be, as far as anybody says so.</summary>
/// <param name="IsLocked">The lock file says so, not the source.</param>
sealed record ExpectedContent(long? SizeBytes, string? Sha256, string? GitBlobSha1, bool IsLocked)
{
    public bool IsHashed => (Sha256 ?? GitBlobSha1) is not null;

    public bool Fits(ContentDigest found) =>
        (SizeBytes is null || SizeBytes == found.SizeBytes) && (Sha256 is null || Sha256 == found.Sha256) && (GitBlobSha1 is null || GitBlobSha1 == found.GitBlobSha1);

    /// <summary>"sha256 ab… (12 bytes)".</summary>
    public string Describe() => $"{(Sha256 is not null ? $"sha256 {Sha256}" : GitBlobSha1 is not null ? $"git blob {GitBlobSha1}" : "any hash")}{(SizeBytes is { } size ? $" ({size} bytes)" : "")}";

    public string DescribeFound(ContentDigest found) => $"{(Sha256 is null && GitBlobSha1 is not null ? $"git blob {found.GitBlobSha1}" : $"sha256 {found.Sha256}")} ({found.SizeBytes} bytes)";
}
