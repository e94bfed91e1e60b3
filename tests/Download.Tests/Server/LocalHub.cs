using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Llava.Download.Tests.Server;

/// <summary>
/// A hub on this machine with Hugging Face's paths: revisions, file trees in pages, <c>resolve</c> addresses that redirect large files to another
/// host, ranges and entity tags; and plain files beside it. <see cref="Disturb"/> makes it misbehave.
/// </summary>
sealed partial class LocalHub : IDisposable
{
    const int FilesPerPage = 2;

    readonly HttpListenerLoop _loop;
    readonly Dictionary<string, Dictionary<string, HostedFile>> _commits = [];
    readonly Dictionary<string, string> _branches = [];
    readonly Dictionary<string, HostedFile> _files = [];

    public LocalHub() => _loop = new HttpListenerLoop(request => Disturb?.Invoke(request) ?? Answer(request));

    public string Address => $"http://127.0.0.1:{_loop.Port}";

    /// <summary>The same server by another name: to a client another host.</summary>
    public string StorageAddress => $"http://localhost:{_loop.Port}";

    /// <summary>Answers instead, where it gives something else than null.</summary>
    public Func<Request, Answer?>? Disturb { get; set; }

    public IReadOnlyList<Request> Requests => _loop.Requests;

    public int MostOpen => _loop.MostOpen;

    public void Forget() => _loop.Forget();

    public void Dispose() => _loop.Dispose();

    /// <summary>A plain file at an address of its own.</summary>
    public string Host(string path, byte[] content, bool hasTag = true)
    {
        _files[path] = new HostedFile(content, IsLarge: false, hasTag);
        return $"{Address}{path}";
    }

    /// <summary>A commit of a repository ("datasets/owner/name" or "owner/name"), to which main points from then on.</summary>
    public string Commit(string repository, params (string Path, string Text, bool IsLarge)[] files) =>
        Commit(repository, files.Select(file => (file.Path, Encoding.UTF8.GetBytes(file.Text), file.IsLarge)));

    public string Commit(string repository, IEnumerable<(string Path, byte[] Content, bool IsLarge)> files)
    {
        var hosted = files.ToDictionary(file => file.Path, file => new HostedFile(file.Content, file.IsLarge, HasTag: true));
        var seed = repository + string.Concat(hosted.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => file.Key + file.Value.Sha256));
        var commit = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(seed)));
        _commits[$"{repository}@{commit}"] = hosted;
        _branches[$"{repository}@main"] = commit;
        return commit;
    }

    /// <summary>The ordinary answer.</summary>
    public Answer Answer(Request request)
    {
        var path = Uri.UnescapeDataString(request.Path.Split('?')[0]);
        if (ApiPath().Match(path) is { Success: true } api)
            return Api(api, request);
        if (ResolvePath().Match(path) is { Success: true } resolve)
            return Resolve(resolve, request);
        return path.StartsWith("/storage/", StringComparison.Ordinal)
            ? Serve(_commits.Values.SelectMany(commit => commit.Values).First(file => file.Sha256 == path["/storage/".Length..]), request)
            : _files.TryGetValue(path, out var file) ? Serve(file, request) : Server.Answer.Of(404);
    }

    Answer Api(Match api, Request request)
    {
        var (repository, revision) = ((api.Groups["kind"].Value == "datasets" ? "datasets/" : "") + api.Groups["repo"].Value, api.Groups["rev"].Value);
        var commit = _branches.GetValueOrDefault($"{repository}@{revision}", revision);
        if (!_commits.TryGetValue($"{repository}@{commit}", out var files))
            return Server.Answer.Of(404);
        if (api.Groups["what"].Value == "revision")
            return Server.Answer.Json($$"""{"id": "{{repository}}", "sha": "{{commit}}"}""");
        var first = Regex.Match(request.Path, "cursor=([0-9]+)") is { Success: true } cursor ? int.Parse(cursor.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        var entries = files.OrderBy(file => file.Key, StringComparer.Ordinal).Skip(first).Take(FilesPerPage).Select(file => file.Value.Describe(file.Key));
        var page = Server.Answer.Json(JsonSerializer.Serialize(entries.Prepend(new { type = "directory", path = "data", size = 0, oid = new string('0', 40) })));
        if (first + FilesPerPage < files.Count)
            page.Headers["Link"] = $"<{Address}{request.Path.Split('&')[0]}&cursor={first + FilesPerPage}>; rel=\"next\"";
        return page;
    }

    Answer Resolve(Match resolve, Request request)
    {
        var repository = resolve.Groups["kind"].Value + resolve.Groups["repo"].Value;
        var commit = _branches.GetValueOrDefault($"{repository}@{resolve.Groups["rev"].Value}", resolve.Groups["rev"].Value);
        if (!_commits.TryGetValue($"{repository}@{commit}", out var files) || !files.TryGetValue(resolve.Groups["path"].Value, out var file))
            return Server.Answer.Of(404);
        return file.IsLarge ? Server.Answer.Redirect($"{StorageAddress}/storage/{file.Sha256}?signature=secret") : Serve(file, request);
    }

    static Answer Serve(HostedFile file, Request request)
    {
        var tag = $"\"{file.Sha256[..16]}\"";
        var headers = new Dictionary<string, string>();
        if (file.HasTag)
            headers["ETag"] = tag;
        var from = request.Header("Range") is { } range && (request.Header("If-Range") ?? tag) == tag ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        if (from == 0)
            return new Answer(200, file.Content) { Headers = headers };
        headers["Content-Range"] = from < file.Content.Length ? $"bytes {from}-{file.Content.Length - 1}/{file.Content.Length}" : $"bytes */{file.Content.Length}";
        return from < file.Content.Length ? new Answer(206, file.Content[from..]) { Headers = headers } : new Answer(416, []) { Headers = headers };
    }

    [GeneratedRegex("^/api/(?<kind>models|datasets)/(?<repo>[^/]+/[^/]+)/(?<what>revision|tree)/(?<rev>[^/]+)$")]
    private static partial Regex ApiPath();

    [GeneratedRegex("^/(?<kind>datasets/)?(?<repo>[^/]+/[^/]+)/resolve/(?<rev>[^/]+)/(?<path>.+)$")]
    private static partial Regex ResolvePath();

    sealed record HostedFile(byte[] Content, bool IsLarge, bool HasTag)
    {
        public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));

        string Blob => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {Content.Length}\0")), .. Content]));

        public object Describe(string path) => IsLarge
            ? new { type = "file", path, size = Content.Length, oid = new string('1', 40), lfs = new { oid = Sha256, size = Content.Length, pointerSize = 134 } }
            : new { type = "file", path, size = Content.Length, oid = Blob };
    }
}
