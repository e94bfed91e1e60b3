using Llava.Download.Sources;
using Llava.Download.Transfer;

namespace Llava.Download.Planning;

/// <summary>One file of a source: where it is to be had, where it goes, and what it should be.</summary>
/// <param name="Path">Its name at the source.</param>
/// <param name="Target">Full path; of an archive, where it lies until it is unpacked.</param>
sealed record PlannedFile(DownloadSource Source, string Path, Uri Address, string Target, ExpectedContent Expected)
{
    /// <summary>What it is, where it is here already.</summary>
    public ContentDigest? Present { get; init; }

    /// <summary>As messages name it: "chartqa/data/train.json".</summary>
    public string Label => $"{Source.Name}/{Path}";

    public PartialIdentity Identity => new($"{Source.LockName} {Path}", Expected.Sha256 ?? Expected.GitBlobSha1);

    /// <summary>Bytes still to come; null where the source does not say.</summary>
    public long? MissingBytes => Present is not null ? 0 : Expected.SizeBytes is { } size ? Math.Max(0, size - PartialFile.SizeOnDisk(Target, Identity)) : null;
}

/// <summary>A source with the files that it has for us.</summary>
/// <param name="Revision">The commit, of a repository.</param>
sealed record SourcePlan(DownloadSource Source, string? Revision, IReadOnlyList<PlannedFile> Files);
