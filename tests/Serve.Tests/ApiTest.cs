using System.Text;
using System.Text.Json.Nodes;

namespace Llava.Serve.Tests;

/// <summary>Asks a running server as any program would: over HTTP.</summary>
public abstract class ApiTest(RunningServer server) : IClassFixture<RunningServer>, IDisposable
{
    /// <summary>The small model's answer to it ends where it is cut off; to <see cref="Question"/> it ends sooner.</summary>
    internal const string EndlessQuestion = """{"role": "user", "content": "Describe"}""";

    protected const string Question = """{"role": "user", "content": "What is 2?"}""";

    protected RunningServer Server { get; } = server;

    protected HttpClient Client { get; } = new() { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(1) };

    public void Dispose()
    {
        Client.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static string WithPicture(string url, bool stream = false) =>
        $$$"""{"messages": [{"role": "user", "content": [{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": "{{{url}}}"}}]}], "max_tokens": 7, "stream": {{{(stream ? "true" : "false")}}}}""";

    protected static async Task<JsonNode> ErrorOf(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, text);
        return JsonNode.Parse(text)!["error"]!;
    }

    protected async Task<JsonNode> Ask(string body)
    {
        using var response = await Post(body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    protected Task<HttpResponseMessage> Post(string body, CancellationToken cancellation = default) => Client.PostAsync("/v1/chat/completions", Json(body), cancellation);

    protected static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
