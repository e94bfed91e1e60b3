using System.Text.Json;

namespace Llava.Download.Hub;

/// <summary>A file of a repository's tree.</summary>
/// <param name="Sha256">Of files in LFS.</param>
/// <param name="GitBlobSha1">Of all others: what git calls the blob.</param>
sealed record HubFile(string Path, long SizeBytes, string? Sha256, string? GitBlobSha1)
{
    /// <summary>null for a folder, and for what is described in no way that is known.</summary>
    public static HubFile? Read(JsonElement entry)
    {
        if (Text(entry, "type") != "file" || Text(entry, "path") is not { } path || Number(entry, "size") is not { } size)
            return null;
        return entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object && Text(lfs, "oid") is { Length: 64 } sha256
            ? new HubFile(path, Number(lfs, "size") ?? size, sha256, null)
            : new HubFile(path, size, null, Text(entry, "oid") is { Length: 40 } blob ? blob : null);
    }

    static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static long? Number(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number : null;
}
