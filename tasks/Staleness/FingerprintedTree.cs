namespace Llava.Tasks.Staleness;

/// <summary>A file, or the files of a folder: their digest at once, themselves only where someone asks.</summary>
public sealed class FingerprintedTree(TreeDigest digest, Func<IReadOnlyList<FileFingerprint>> files)
{
    readonly Lazy<IReadOnlyList<FileFingerprint>> _files = new(files);

    public TreeDigest Digest => digest;

    /// <summary>In ordinal order of their relative paths.</summary>
    public IReadOnlyList<FileFingerprint> Files => _files.Value;
}
