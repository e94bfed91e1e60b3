using System.Net.Http.Headers;

namespace Llava.Serve.Tests;

/// <summary>What a request may not reach or bring: files, addresses, other sites, too much of anything.</summary>
public sealed class RefusedRequestTests(RunningServer server) : ApiTest(server)
{
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
    public async Task A_picture_that_is_none_is_theClients_fault_even_in_a_stream(string url, string message)
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

    // Much more than the system keeps of what a program has not read: the client still sends when it is answered.
    [Theory]
    [InlineData(false, (1 << 20) + 1), InlineData(true, (1 << 20) + 1)]
    [InlineData(false, 16 << 20), InlineData(true, 16 << 20)]
    public async Task A_body_that_is_too_large_is_refused_whether_its_length_is_said_or_not(bool isChunked, int bytes)
    {
        for (var time = 0; time < 5; time++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json(new string(' ', bytes)) };
            request.Headers.TransferEncodingChunked = isChunked;
            using var response = await Client.SendAsync(request);
            var error = await ErrorOf(response, 413);
            Assert.Equal(("request_too_large", "the request is larger than the 1048576 bytes that this server takes"), ((string?)error["code"], (string?)error["message"]));
        }
        Assert.Equal("chat.completion", (string?)(await Ask($$"""{"messages": [{{Question}}], "max_tokens": 2}"""))["object"]);
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
        using var nothing = await Client.GetAsync("/v1/files/etc/passwd");
        Assert.Equal("not_found", (string?)(await ErrorOf(nothing, 404))["code"]);
        using var get = await Client.GetAsync("/v1/chat/completions");
        Assert.Equal("method_not_allowed", (string?)(await ErrorOf(get, 405))["code"]);
    }

    async Task Refuses(int status, string code, Action<HttpRequestMessage> change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json($$"""{"messages": [{{Question}}], "max_tokens": 1}""") };
        change(request);
        using var response = await Client.SendAsync(request);
        Assert.Equal(code, (string?)(await ErrorOf(response, status))["code"]);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
