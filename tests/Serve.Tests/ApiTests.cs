using System.Net;
using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Tests;

namespace Llava.Serve.Tests;

public sealed class ApiTests(RunningServer server) : ApiTest(server)
{
    [Fact]
    public async Task A_completion_has_OpenAIs_form()
    {
        var answer = await Ask($$"""{"model": "text_model_llava", "messages": [{{Question}}], "max_tokens": 7}""");

        Assert.Equal("chat.completion", (string?)answer["object"]);
        Assert.StartsWith("chatcmpl-", (string?)answer["id"], StringComparison.Ordinal);
        Assert.Equal("text_model_llava", (string?)answer["model"]);
        var choice = answer["choices"]!.AsArray().Single()!;
        Assert.Equal("assistant", (string?)choice["message"]!["role"]);
        Assert.NotEqual("", (string?)choice["message"]!["content"]);
        Assert.Equal("length", (string?)choice["finish_reason"]);
        Assert.Equal(7, (int)answer["usage"]!["completion_tokens"]!);
        Assert.Equal((int)answer["usage"]!["prompt_tokens"]! + 7, (int)answer["usage"]!["total_tokens"]!);
    }

    [Fact]
    public async Task A_stream_says_the_same_piece_by_piece()
    {
        var body = $$"""{"messages": [{"role": "system", "content": "Be brief."}, {{Question}}, {"role": "assistant", "content": "Two."}, {{Question}}], "max_tokens": 20""";
        var whole = await Ask(body + "}");
        using var response = await Post(body + """, "stream": true, "stream_options": {"include_usage": true}}""");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("data: [DONE]", events[^1]);
        var chunks = events[..^1].Select(text => JsonNode.Parse(text["data: ".Length..])!).ToList();
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", (string?)chunk["object"]));
        Assert.Equal("assistant", (string?)chunks[0]["choices"]![0]!["delta"]!["role"]);
        Assert.Equal((string?)whole["choices"]![0]!["message"]!["content"], string.Concat(chunks[..^1].Select(chunk => (string?)chunk["choices"]![0]!["delta"]!["content"])));
        Assert.True(chunks.Count > 8);
        Assert.Equal("length", (string?)chunks[^2]["choices"]![0]!["finish_reason"]);
        Assert.Equal(20, (int)chunks[^1]["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task The_first_piece_of_a_stream_arrives_while_the_answer_is_still_made()
    {
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json($$"""{"messages": [{{EndlessQuestion}}], "stream": true}""") };
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(leaving.Token));
        while ((string?)JsonNode.Parse((await NextEvent(lines))["data: ".Length..])!["choices"]![0]!["delta"]!["content"] is null or "")
        {
        }

        // The model is taken: of two more one waits, and the other finds the line full.
        List<Task<HttpResponseMessage>> others = [.. Enumerable.Range(0, 2).Select(_ => Post($$"""{"messages": [{{Question}}], "max_tokens": 1}""", leaving.Token))];
        using var refused = await await Task.WhenAny(others);
        await ErrorOf(refused, (int)HttpStatusCode.TooManyRequests);
        response.Dispose();
        using var served = await others.Single(other => !other.IsCompleted || other.Result != refused);
    }

    [Fact]
    public async Task A_picture_comes_as_a_data_url()
    {
        var image = Convert.ToBase64String(File.ReadAllBytes(GoldenData.Require("small/model/images/img0_120x80.png")));
        var seeing = await Ask(WithPicture($"data:image/png;base64,{image}"));
        var blind = await Ask($$"""{"messages": [{{Question}}], "max_tokens": 7}""");
        Assert.True((int)seeing["usage"]!["prompt_tokens"]! > (int)blind["usage"]!["prompt_tokens"]! + 10);
    }

    [Fact]
    public async Task Draws_repeat_for_a_seed_and_differ_without()
    {
        async Task<string?> Text(string more) => (string?)(await Ask($$"""{"messages": [{{Question}}], "max_tokens": 12, "temperature": 1.5{{more}}}"""))["choices"]![0]!["message"]!["content"];
        Assert.Equal(await Text(""", "seed": 4"""), await Text(""", "seed": 4"""));
        Assert.NotEqual(await Text(""", "seed": 4"""), await Text(""", "seed": 5"""));
        Assert.NotEqual(await Text(""), await Text(""));
    }

    [Fact]
    public async Task A_full_line_is_said_and_who_goes_away_makes_room()
    {
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json($$"""{"messages": [{{EndlessQuestion}}], "stream": true}""") };
        using var answering = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);

        // One is answered, one may wait, so one of these two is too many.
        List<Task<HttpResponseMessage>> others = [.. Enumerable.Range(0, 2).Select(_ => Post($$"""{"messages": [{{Question}}], "max_tokens": 1}""", leaving.Token))];
        using var refused = await await Task.WhenAny(others);
        Assert.Equal("queue_full", (string?)(await ErrorOf(refused, (int)HttpStatusCode.TooManyRequests))["code"]);

        answering.Dispose();
        using var served = await others.Single(other => !other.IsCompleted || other.Result != refused);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_an_error_with_a_code()
    {
        var options = new ServeOptions(Server.Model) { Port = Server.Address.Port, Device = "cpu" };
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ServeStage.RunAsync(options, SilentStageLog.Instance, CancellationToken.None));
        Assert.Equal($"llava: error LLAVA6005: port {Server.Address.Port} of 127.0.0.1 is taken: give another one with --port", error.Diagnostics.Single().ToString());
    }

    static async Task<string> NextEvent(StreamReader lines)
    {
        while (true)
        {
            var line = await lines.ReadLineAsync() ?? throw new EndOfStreamException("the stream ended");
            if (line.Length > 0)
                return line;
        }
    }
}
