using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Download.Http;
using Llava.Download.Sources;

namespace Llava.Download.Hub;

/// <summary>
/// Asks a hub with Hugging Face's interface for commits and file lists: <c>api/{models,datasets}/&lt;repo&gt;/revision/&lt;rev&gt;</c> and
/// <c>…/tree/&lt;commit&gt;?recursive=true</c>, whose pages follow one another by the Link header.
/// </summary>
sealed class HubClient(Uri hub, RemoteClient remote, Retries retries)
{
    const int MostPages = 10_000;
    const int LargestPageBytes = 64 << 20;

    /// <summary>Where a file's bytes are.</summary>
    public Uri AddressOf(SourceAddress repository, string commit, string path) =>
        new(hub, $"{(repository.Kind == SourceKind.HubDataset ? "datasets/" : "")}{repository.Value}/resolve/{Uri.EscapeDataString(commit)}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>The commit that a branch or tag stands for now.</summary>
    public async Task<string> ResolveAsync(SourceAddress repository, string revision, CancellationToken cancellation)
    {
        var address = Api(repository, $"revision/{Uri.EscapeDataString(revision)}");
        var (json, _) = await ReadAsync(repository, address, cancellation);
        using (json)
        {
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("sha", out var sha) && sha.GetString() is { } commit && IsCommit(commit)
                ? commit
                : throw Unusable(repository, address, "it names no commit");
        }
    }

    /// <summary>Every file of a commit.</summary>
    public async Task<IReadOnlyList<HubFile>> ListAsync(SourceAddress repository, string commit, CancellationToken cancellation)
    {
        var files = new List<HubFile>();
        var next = Api(repository, $"tree/{Uri.EscapeDataString(commit)}?recursive=true");
        var seen = new HashSet<Uri>();
        while (next is not null)
        {
            if (!seen.Add(next) || seen.Count > MostPages)
                throw Unusable(repository, next, "its pages never end");
            var (json, following) = await ReadAsync(repository, next, cancellation);
            using (json)
                files.AddRange(FilesOf(repository, json.RootElement, next));
            next = following;
        }
        return files;
    }

    public static bool IsCommit(string revision) => revision.Length == 40 && revision.All(char.IsAsciiHexDigitLower);

    Uri Api(SourceAddress repository, string rest) => new(hub, $"api/{(repository.Kind == SourceKind.HubDataset ? "datasets" : "models")}/{repository.Value}/{rest}");

    static IEnumerable<HubFile> FilesOf(SourceAddress repository, JsonElement page, Uri address)
    {
        if (page.ValueKind != JsonValueKind.Array)
            throw Unusable(repository, address, "it is not a list of files");
        foreach (var entry in page.EnumerateArray())
        {
            if (HubFile.Read(entry) is { } file)
                yield return file;
        }
    }

    async Task<(JsonDocument Page, Uri? Next)> ReadAsync(SourceAddress repository, Uri address, CancellationToken cancellation) =>
        await retries.RunAsync(repository.Value, () => ReadOnceAsync(repository, address, cancellation), () => 0, cancellation);

    async Task<(JsonDocument, Uri?)> ReadOnceAsync(SourceAddress repository, Uri address, CancellationToken cancellation)
    {
        using var response = await remote.GetAsync(address, 0, null, cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(remote.Stall);
        try
        {
            await response.Content.LoadIntoBufferAsync(LargestPageBytes, limit.Token);
            var page = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            return (page, NextPage(repository, response, address));
        }
        catch (JsonException)
        {
            throw Unusable(repository, address, "it is not JSON");
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException || cut is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw TransferException.Passing($"the answer of {RemoteClient.Show(address)} was cut off: {cut.Message}", cut);
        }
    }

    Uri? NextPage(SourceAddress repository, HttpResponseMessage response, Uri address)
    {
        if (!response.Headers.TryGetValues("Link", out var links))
            return null;
        var link = string.Join(',', links).Split(',').FirstOrDefault(part => part.Contains("rel=\"next\"", StringComparison.Ordinal));
        if (link is null)
            return null;
        var (start, end) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
        if (start < 0 || end < start || !Uri.TryCreate(address, link[(start + 1)..end], out var next) || next.Authority != hub.Authority)
            throw Unusable(repository, address, "its next page is elsewhere");
        // Behind a proxy the hub may name itself by another scheme: it is asked as it was before.
        return new UriBuilder(next) { Scheme = hub.Scheme, Port = hub.Port }.Uri;
    }

    static DiagnosticException Unusable(SourceAddress repository, Uri address, string why) =>
        ErrorCatalog.BadAnswer.Fails(repository.Value, $"the answer of {RemoteClient.Show(address)} cannot be used: {why}; is HubUrl the address of a hub?");
}
