using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Llava.Serve.Tests;

/// <summary>Bodies that are no request: each is an error of the client's, in OpenAI's form.</summary>
public sealed class MalformedRequestTests(RunningServer server) : ApiTest(server)
{
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
    [InlineData("""{"messages": [QUESTION], "n": 1, "logprobs": true}""", 400, "unsupported_parameter", "logprobs", "logprobs are not supported")]
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
    public async Task Half_a_character_is_theClients_fault(string body)
    {
        using var response = await Post(body.Replace("QUESTION", Question, StringComparison.Ordinal));
        AssertNoUnicode(await ErrorOf(response, 400));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_theClients_fault()
    {
        byte[] body = [.. """{"messages": [{"role": "user", "content": " """u8, 0xC3, 0x28, .. "\"}]}"u8];
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await Client.PostAsync("/v1/chat/completions", content);
        AssertNoUnicode(await ErrorOf(response, 400));
    }

    [Fact]
    public async Task A_whole_pair_of_surrogates_is_a_character() =>
        Assert.Equal("chat.completion", (string?)(await Ask("""{"messages": [{"role": "user", "content": "\ud83d\ude00"}], "max_tokens": 2}"""))["object"]);

    // What is wrong in JSON or in types, at any depth.
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
    public async Task A_malformed_request_is_theClients_fault(string body, string code)
    {
        using var response = await Post(body.Replace("QUESTION", Question, StringComparison.Ordinal));
        var error = await ErrorOf(response, 400);
        Assert.Equal((code, "invalid_request_error"), ((string?)error["code"], (string?)error["type"]));
        Assert.NotEqual("", (string?)error["message"]);
    }

    [Fact]
    public async Task After_refusals_it_still_answers()
    {
        foreach (var body in (string[])["{", """{"messages": [{"role": "user", "content": "\ud800"}]}""", WithPicture("data:image/png;base64,AAAA")])
            (await Post(body)).Dispose();
        Assert.Equal("chat.completion", (string?)(await Ask($$"""{"messages": [{{Question}}], "max_tokens": 2}"""))["object"]);
    }

    static void AssertNoUnicode(JsonNode error)
    {
        Assert.Equal("invalid_json", (string?)error["code"]);
        Assert.Equal("the request holds text that is no Unicode: half a surrogate pair (\\ud800 alone), or bytes that are not UTF-8", (string?)error["message"]);
    }
}
