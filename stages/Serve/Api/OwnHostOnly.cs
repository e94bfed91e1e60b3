using Microsoft.AspNetCore.Http;

namespace Llava.Serve.Api;

/// <summary>
/// Only requests to this machine by its own name, and none that another site's page sends. A foreign name that was pointed at 127.0.0.1 (DNS
/// rebinding) shows in <c>Host</c>, another site in <c>Origin</c>. There are no CORS headers: no page but ours may read an answer.
/// </summary>
static class OwnHostOnly
{
    static readonly string[] OwnNames = ["127.0.0.1", "localhost"];

    public static Task Guard(HttpContext context, RequestDelegate next)
    {
        var host = context.Request.Host;
        if (!OwnNames.Contains(host.Host, StringComparer.OrdinalIgnoreCase) || (host.Port ?? 80) != context.Connection.LocalPort)
            throw new ApiException(403, "wrong_host", "this server answers to 127.0.0.1 and localhost alone");
        if (context.Request.Headers.Origin is { Count: > 0 } origin && !string.Equals(origin.ToString(), $"http://{host.Value}", StringComparison.OrdinalIgnoreCase))
            throw new ApiException(403, "wrong_origin", "this server does not answer the pages of other sites");
        return next(context);
    }
}
