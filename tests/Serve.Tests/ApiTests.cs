using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Tests;

namespace Llava.Serve.Tests;

public sealed class ApiTests(RunningServer server) : IClassFixture<RunningServer>, IDisposable
{
    const string Question = """{"role": "user", "content": "What is 2?"}""";

    readonly HttpClient _client = new() { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(1) };

    public void Dispose() => _client.Dispose();

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
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json($$"""{"messages": [{{Question}}], "stream": true}""") };
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
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

    [Theory]
    [InlineData("""{"messages": []}""", 400, "invalid_value", "messages", "the last message must be the user's")]
    [InlineData("""{"messages": [{"role": "user"}]}""", 400, "invalid_value", "messages[0].content", "a message has content")]
    [InlineData("""{"messages": [{"role": "robot", "content": ""}]}""", 400, "invalid_value", "messages[0].role", "the role is system, user or assistant")]
    [InlineData("""{"messages": [{"role": "assistant", "content": ""}]}""", 400, "invalid_value", "messages[0].role", "one system message may come first, then user and assistant take turns")]
    [InlineData("[1]", 400, "invalid_value", "", "the request is a JSON object")]
    [InlineData("""{"model": "gpt-4", "messages": []}""", 404, "model_not_found", "model", "this server has one model, text_model_llava")]
    [InlineData("""{"messages": [QUESTION], "max_tokens": 20001}""", 400, "invalid_value", "max_tokens", "max_tokens is a whole number from 1 to 20000")]
    [InlineData("""{"messages": [QUESTION], "temperature": "hot"}""", 400, "invalid_value", "temperature", "temperature is a number from 0 to 2")]
    [InlineData("""{"messages": [QUESTION], "n": 2}""", 400, "invalid_value", "n", "n is a whole number from 1 to 1")]
    [InlineData("""{"messages": [QUESTION], "tools": [{}]}""", 400, "unsupported_parameter", "tools", "tools is not supported")]
    [InlineData("""{"messages": [QUESTION], "stop": [""]}""", 400, "invalid_value", "stop", "stop is a text or a list of up to 4")]
    public async Task What_cannot_be_answered_is_refused_in_OpenAIs_form(string body, int status, string code, string parameter, string message)
    {
        using var response = await Post(body.Replace("QUESTION", Question, StringComparison.Ordinal));
        var error = await ErrorOf(response, status);
        Assert.Equal((code, parameter, message, "invalid_request_error"), ((string?)error["code"], (string?)error["param"], (string?)error["message"], (string?)error["type"]));
    }

    public static TheoryData<string> HalfCharacters() =>
    [
        """{"messages": [{"role": "user", "content": "a \ud800 b"}]}""",
        """{"messages": [{"role": "user", "content": "\udc00"}], "stream": true}""",
        """{"messages": [{"role": "user\ud800", "content": ""}]}""",
        """{"messages": [{"role": "system", "content": [{"type": "text", "text": "\ud83d"}]}, QUESTION]}""",
        """{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,\ud800"}}]}]}""",
        """{"mess\ud800": [], "messages": [QUESTION]}""",
        """{"model": "\ud800", "messages": [QUESTION]}""",
        """{"messages": [QUESTION], "stop": "\ud800"}""",
    ];

    [Theory, MemberData(nameof(HalfCharacters))]
    public async Task Half_a_character_is_the_clients_fault(string body)
    {
        using var response = await Post(body.Replace("QUESTION", Question, StringComparison.Ordinal));
        AssertNoUnicode(await ErrorOf(response, 400));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_the_clients_fault()
    {
        byte[] body = [.. """{"messages": [{"role": "user", "content": " """u8, 0xC3, 0x28, .. "\"}]}"u8];
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await _client.PostAsync("/v1/chat/completions", content);
        AssertNoUnicode(await ErrorOf(response, 400));
    }

    [Fact]
    public async Task A_whole_pair_of_surrogates_is_a_character() =>
        Assert.Equal("chat.completion", (string?)(await Ask("""{"messages": [{"role": "user", "content": "\ud83d\ude00"}], "max_tokens": 2}"""))["object"]);

    // What is wrong in JSON or in types, at any depth; each is an error of the client's, in OpenAI's form.
    public static TheoryData<string, string> Malformed() => new()
    {
        { "", "invalid_json" },
        { "{", "invalid_json" },
        { "null", "invalid_value" },
        { "\"messages\"", "invalid_value" },
        { """{"messages": [QUESTION]} x""", "invalid_json" },
        { """{"messages": [QUESTION], "temperature": NaN}""", "invalid_json" },
        { $"{new string('[', 500)}{new string(']', 500)}", "invalid_json" },
        { $$"""{"messages": [QUESTION], "x": {{string.Concat(Enumerable.Repeat("{\"a\":", 300))}}1{{new string('}', 300)}}}""", "invalid_json" },
        { """{"messages": {}}""", "invalid_value" },
        { """{"messages": null}""", "invalid_value" },
        { """{"messages": [[]]}""", "invalid_value" },
        { """{"messages": [null]}""", "invalid_value" },
        { """{"messages": [{"role": 1, "content": "x"}]}""", "invalid_value" },
        { """{"messages": [{"role": "user", "content": 7}]}""", "invalid_value" },
        { """{"messages": [{"role": "user", "content": null}]}""", "invalid_value" },
        { """{"messages": [{"role": "user", "content": [7]}]}""", "invalid_value" },
        { """{"messages": [{"role": "user", "content": [{"type": "text"}]}]}""", "invalid_value" },
        { """{"messages": [{"role": "user", "content": [{"type": "text", "text": {}}]}]}""", "invalid_value" },
        { """{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}""", "invalid_value" },
        { """{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "data:image/png;base64,AAAA"}]}]}""", "invalid_value" },
        { """{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": null}}]}]}""", "invalid_value" },
        { """{"messages": [{"role": "user", "content": [{"type": "video", "text": "x"}]}]}""", "invalid_value" },
        { """{"messages": [{"role": "system", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}, QUESTION]}""", "invalid_value" },
        { """{"model": 3, "messages": [QUESTION]}""", "invalid_value" },
        { """{"messages": [QUESTION], "max_tokens": 1.5}""", "invalid_value" },
        { """{"messages": [QUESTION], "max_tokens": 1e400}""", "invalid_value" },
        { """{"messages": [QUESTION], "max_tokens": 99999999999999999999}""", "invalid_value" },
        { """{"messages": [QUESTION], "max_tokens": []}""", "invalid_value" },
        { """{"messages": [QUESTION], "temperature": 1e400}""", "invalid_value" },
        { """{"messages": [QUESTION], "temperature": -0.1}""", "invalid_value" },
        { """{"messages": [QUESTION], "seed": "4"}""", "invalid_value" },
        { """{"messages": [QUESTION], "stream": 1}""", "invalid_value" },
        { """{"messages": [QUESTION], "top_p": 2}""", "invalid_value" },
        { """{"messages": [QUESTION], "stream": true, "stream_options": {"include_usage": "yes"}}""", "invalid_value" },
        { """{"messages": [QUESTION], "stop": 5}""", "invalid_value" },
        { """{"messages": [QUESTION], "stop": ["a", 5]}""", "invalid_value" },
        { """{"messages": [QUESTION], "stop": ["a", "b", "c", "d", "e"]}""", "invalid_value" },
        { """{"messages": [QUESTION], "response_format": "json"}""", "unsupported_parameter" },
        { """{"messages": [QUESTION], "logit_bias": 1}""", "unsupported_parameter" },
    };

    [Theory, MemberData(nameof(Malformed))]
    public async Task A_malformed_request_is_the_clients_fault(string body, string code)
    {
        using var response = await Post(body.Replace("QUESTION", Question, StringComparison.Ordinal));
        var error = await ErrorOf(response, 400);
        Assert.Equal((code, "invalid_request_error"), ((string?)error["code"], (string?)error["type"]));
        Assert.NotEqual("", (string?)error["message"]);
    }

    [Fact]
    public async Task After_all_that_it_still_answers()
    {
        foreach (var body in (string[])["{", """{"messages": [{"role": "user", "content": "\ud800"}]}""", WithPicture("data:image/png;base64,AAAA")])
            (await Post(body)).Dispose();
        Assert.Equal("chat.completion", (string?)(await Ask($$"""{"messages": [{{Question}}], "max_tokens": 2}"""))["object"]);
    }

    [Theory]
    [InlineData("/etc/passwd"), InlineData("file:///etc/passwd"), InlineData("http://127.0.0.1:1/x.png"), InlineData("https://example.com/x.png"), InlineData("data:text/html;base64,AAAA")]
    public async Task No_file_and_no_address_is_opened(string url)
    {
        using var response = await Post(WithPicture(url));
        var error = await ErrorOf(response, 400);
        Assert.Equal("a picture is given as a data URL, data:image/png;base64,...; this server opens no files and no addresses", (string?)error["message"]);
    }

    [Theory]
    [InlineData("data:image/png;base64,", "the image has 0 bytes")]
    [InlineData("data:image/png;base64,AAAAAAAA", "not a JPEG, PNG, GIF, WebP, TIFF or BMP image")]
    [InlineData("data:image/png;base64,!", "the data URL is not base64")]
    public async Task A_picture_that_is_none_is_the_clients_fault_even_in_a_stream(string url, string message)
    {
        using var response = await Post(WithPicture(url, stream: true));
        Assert.Equal(message, (string?)(await ErrorOf(response, 400))["message"]);
    }

    [Fact]
    public async Task A_picture_of_too_many_pixels_is_refused_by_its_header()
    {
        // A bitmap's header that claims 60 000 x 60 000 pixels, and nothing behind it.
        var header = new byte[54];
        (header[0], header[1], header[10], header[14], header[26], header[28]) = ((byte)'B', (byte)'M', 54, 40, 1, 24);
        BitConverter.TryWriteBytes(header.AsSpan(18), 60_000);
        BitConverter.TryWriteBytes(header.AsSpan(22), 60_000);
        using var response = await Post(WithPicture($"data:image/bmp;base64,{Convert.ToBase64String(header)}"));
        Assert.Equal("60000 x 60000 pixels are more than the 1000000 allowed", (string?)(await ErrorOf(response, 400))["message"]);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using var response = await Post(new string(' ', 1 << 21) + "{}");
        await ErrorOf(response, 413);
    }

    [Fact]
    public async Task A_body_whose_length_is_not_said_is_refused_once_it_is_too_large()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json(new string(' ', 1 << 20) + "{}") };
        request.Headers.TransferEncodingChunked = true;
        using var response = await _client.SendAsync(request);
        Assert.Equal("request_too_large", (string?)(await ErrorOf(response, 413))["code"]);
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_says_so()
    {
        using var response = await Post($$"""{"messages": [{"role": "user", "content": "{{string.Concat(Enumerable.Repeat("x ", 40_000))}}"}]}""");
        Assert.Equal("context_length_exceeded", (string?)(await ErrorOf(response, 400))["code"]);
    }

    [Fact]
    public async Task Other_hosts_other_sites_and_forms_are_refused()
    {
        await Refuses(403, "wrong_host", request => request.Headers.Host = "rebound.example");
        await Refuses(403, "wrong_host", request => request.Headers.Host = "localhost:1");
        await Refuses(403, "wrong_origin", request => request.Headers.Add("Origin", "http://evil.example"));
        await Refuses(403, "wrong_origin", request => request.Headers.Add("Origin", "null"));
        await Refuses(415, "unsupported_media_type", request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain"));
    }

    [Fact]
    public async Task Unknown_places_and_methods_are_refused()
    {
        using var nothing = await _client.GetAsync("/v1/files/etc/passwd");
        Assert.Equal("not_found", (string?)(await ErrorOf(nothing, 404))["code"]);
        using var get = await _client.GetAsync("/v1/chat/completions");
        Assert.Equal("method_not_allowed", (string?)(await ErrorOf(get, 405))["code"]);
    }

    [Fact]
    public async Task A_full_line_is_said_and_who_goes_away_makes_room()
    {
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json($$"""{"messages": [{{Question}}], "stream": true}""") };
        using var answering = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);

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
        var options = new ServeOptions(server.Model) { Port = server.Address.Port, Device = "cpu" };
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ServeStage.RunAsync(options, SilentStageLog.Instance, CancellationToken.None));
        Assert.Equal($"llava: error LLAVA6005: port {server.Address.Port} of 127.0.0.1 is taken: give another one with --port", error.Diagnostics.Single().ToString());
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

    static void AssertNoUnicode(JsonNode error)
    {
        Assert.Equal("invalid_json", (string?)error["code"]);
        Assert.Equal("the request holds text that is no Unicode: half a surrogate pair (\\ud800 alone), or bytes that are not UTF-8", (string?)error["message"]);
    }

    static string WithPicture(string url, bool stream = false) =>
        $$$"""{"messages": [{"role": "user", "content": [{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": "{{{url}}}"}}]}], "max_tokens": 7, "stream": {{{(stream ? "true" : "false")}}}}""";

    async Task Refuses(int status, string code, Action<HttpRequestMessage> change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json($$"""{"messages": [{{Question}}], "max_tokens": 1}""") };
        change(request);
        using var response = await _client.SendAsync(request);
        Assert.Equal(code, (string?)(await ErrorOf(response, status))["code"]);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    static async Task<JsonNode> ErrorOf(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, text);
        return JsonNode.Parse(text)!["error"]!;
    }

    async Task<JsonNode> Ask(string body)
    {
        using var response = await Post(body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    Task<HttpResponseMessage> Post(string body, CancellationToken cancellation = default) => _client.PostAsync("/v1/chat/completions", Json(body), cancellation);

    static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
