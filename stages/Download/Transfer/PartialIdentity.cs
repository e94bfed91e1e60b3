using System.Net.Http.Headers;
using System.Text.Json;
using Llava.Contracts.Files;

namespace Llava.Download.Transfer;

/// <summary>What the beginning of a file belongs to; kept beside it, so that what comes from elsewhere is never appended.</summary>
/// <param name="Source">Address of the file, without a hub's own address.</param>
/// <param name="Expected">The hash it should end up with, where one is known.</param>
/// <param name="ETag">The server's name for the content, strong ones only.</param>
sealed record PartialIdentity(string Source, string? Expected, string? ETag = null, DateTimeOffset? LastModified = null)
{
    /// <summary>Without a validator the rest may be of another content: then only a known hash makes going on safe.</summary>
    public bool CanGoOn => ETag is not null || LastModified is not null || Expected is not null;

    public RangeConditionHeaderValue? IfRange => ETag is not null
        ? new RangeConditionHeaderValue(ETag)
        : LastModified is { } date ? new RangeConditionHeaderValue(date) : null;

    public PartialIdentity With(HttpResponseMessage response) => this with
    {
        ETag = response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : null,
        LastModified = response.Headers.ETag is null ? response.Content.Headers.LastModified : null,
    };

    public static PartialIdentity? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<PartialIdentity>(File.ReadAllBytes(path)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(string path) => AtomicFile.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this));
}
