using Microsoft.AspNetCore.Http;

namespace Llava.Serve.Api;

/// <summary>
/// A request's body up to a bound. Kestrel's own limit would close the connection while the client still sends, which then sees a broken
/// pipe in place of the answer; what is not read here Kestrel reads and throws away behind the answer for some seconds, and then ends the connection.
/// </summary>
static class BoundedBody
{
    const int BlockBytes = 1 << 16;

    /// <exception cref="ApiException">It is longer; no more than the bound was kept.</exception>
    public static async Task<MemoryStream> Read(HttpRequest request, long mostBytes, CancellationToken cancellation)
    {
        if (request.ContentLength > mostBytes)
            throw TooLarge(mostBytes);
        var body = new MemoryStream();
        var block = new byte[BlockBytes];
        while (await request.Body.ReadAsync(block, cancellation) is var count and > 0)
        {
            if (body.Length + count > mostBytes)
                throw TooLarge(mostBytes);
            body.Write(block, 0, count);
        }
        body.Position = 0;
        return body;
    }

    static ApiException TooLarge(long mostBytes) => new(413, "request_too_large", FormattableString.Invariant($"the request is larger than the {mostBytes} bytes that this server takes"));
}
