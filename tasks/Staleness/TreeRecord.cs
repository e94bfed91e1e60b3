using System.Globalization;

namespace Llava.Tasks.Staleness;

/// <param name="Filter">Key of the <see cref="TreeFilter"/>; empty where the root is a file.</param>
/// <param name="ByName">The digest is over names alone.</param>
readonly record struct TreeKey(string Root, string Filter, bool ByName);

/// <summary>A digest that was worked out once, and what the files looked like then.</summary>
/// <param name="Stamps">Of <see cref="FolderLook"/>, or of the one file: while they are the same, so is the digest.</param>
sealed record TreeRecord(string Stamps, TreeDigest Digest)
{
    /// <summary>One line; empty where a name cannot stand in one.</summary>
    public string Format(TreeKey key) => key.Root.AsSpan().ContainsAny('\t', '\n') || key.Filter.AsSpan().ContainsAny('\t', '\n')
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{Stamps}\t{Digest.Files}\t{Digest.SizeBytes}\t{Digest.Sha256}\t{(key.ByName ? "names" : "content")}\t{key.Filter}\t{key.Root}\n");

    public static (TreeKey Key, TreeRecord Record)? TryParse(string line) =>
        line.Split('\t') is [var stamps, var files, var bytes, var sha256, ("names" or "content") and var by, var filter, var root]
            && long.TryParse(files, out var fileCount) && long.TryParse(bytes, out var sizeBytes) && TreeDigest.TryMake(fileCount, sizeBytes, sha256) is { } digest
                ? (new TreeKey(root, filter, by == "names"), new TreeRecord(stamps, digest))
                : null;
}
