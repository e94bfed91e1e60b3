using Llava.Download.Tests.Server;

namespace Llava.Download.Tests;

/// <summary>One file of a hub or of the web, on its way to a folder.</summary>
public abstract class TransferTest : IDisposable
{
    protected static readonly byte[] Content = [.. Enumerable.Range(0, 600_000).Select(i => (byte)(i * 31 >> 3))];

    private protected DownloadRun Run { get; } = new();

    public void Dispose()
    {
        Run.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A plain file of which nothing is known before it is here.</summary>
    protected void AddWebFile(byte[]? content = null, bool hasTag = true) => Run.Add("archive", Run.Hub.Host("/files/data.bin", content ?? Content, hasTag));

    /// <summary>A repository's file, whose sha256 the hub announces.</summary>
    protected void AddHubFile()
    {
        Run.Hub.Commit("team/model", [("weights.bin", Content, true)]);
        Run.Add("model", "hub:team/model");
    }

    /// <summary>Disturbs the requests for a file's bytes, the first of them only.</summary>
    private protected void DisturbOnce(Func<Answer, Answer> how, int times = 1)
    {
        Run.Hub.Disturb = request => IsForBytes(request) && times-- > 0 ? how(Run.Hub.Answer(request)) : null;
    }

    private protected static bool IsForBytes(Request request) => request.Method == "GET" && (request.Path.StartsWith("/files/", StringComparison.Ordinal) || request.Path.StartsWith("/storage/", StringComparison.Ordinal));

    protected string?[] Ranges() => [.. Run.Hub.Requests.Where(IsForBytes).Select(request => request.Header("Range"))];
}
