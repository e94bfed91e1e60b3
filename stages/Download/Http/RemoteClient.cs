using System.Net;
using System.Net.Http.Headers;
using Llava.Contracts.Diagnostics;

namespace Llava.Download.Http;

/// <summary>
/// Sends requests and follows redirects itself: the token goes to the hub's own address and never to the host that the hub
/// redirects to. A failure is a <see cref="TransferException"/> that says whether trying again may help. Messages name addresses without their
/// query, which may hold a signature. Thread-safe.
/// </summary>
sealed class RemoteClient : IDisposable
{
    const int MostRedirects = 10;

    readonly HttpClient _http;
    readonly Uri _hub;
    readonly string? _token;
    readonly TimeSpan _stall;
    readonly TimeProvider _clock;

    public RemoteClient(Uri hub, string? token, Patience patience, TimeProvider clock)
    {
        (_hub, _token, _stall, _clock) = (hub, token, patience.Stall, clock);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = patience.Stall,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Longest time in which nothing may arrive.</summary>
    public TimeSpan Stall => _stall;

    public void Dispose() => _http.Dispose();

    /// <summary>The answer's head; the caller reads its body, or disposes it.</summary>
    /// <param name="from">Bytes that are here already: asks for the rest.</param>
    /// <param name="ifRange">The validator under which they came.</param>
    public async Task<HttpResponseMessage> GetAsync(Uri address, long from, RangeConditionHeaderValue? ifRange, CancellationToken cancellation)
    {
        return await FollowAsync(address, () => new HttpRequestMessage(HttpMethod.Get, address)
        {
            Headers = { Range = from > 0 ? new RangeHeaderValue(from, null) : null, IfRange = from > 0 ? ifRange : null },
        }, cancellation);
    }

    /// <summary>The answer to HEAD, without a body.</summary>
    public Task<HttpResponseMessage> HeadAsync(Uri address, CancellationToken cancellation) =>
        FollowAsync(address, () => new HttpRequestMessage(HttpMethod.Head, address), cancellation);

    async Task<HttpResponseMessage> FollowAsync(Uri first, Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        var (address, isTrusted) = (first, true);
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            isTrusted &= IsHub(address);
            var response = await SendAsync(address, isTrusted, request, cancellation);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                return ThrowUnlessUsable(response, address);
            using (response)
                address = Target(response, address);
        }
        throw new TransferException(ErrorCatalog.BadAnswer, $"{Show(first)} redirects more than {MostRedirects} times", isPassing: false);
    }

    async Task<HttpResponseMessage> SendAsync(Uri address, bool isTrusted, Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        using var request = make();
        request.RequestUri = address;
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("llava", "1.0"));
        if (isTrusted && _token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_stall);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (OperationCanceledException stalled) when (!cancellation.IsCancellationRequested)
        {
            throw TransferException.Passing($"{Show(address)} did not answer within {_stall.TotalSeconds:0} s", stalled);
        }
        catch (HttpRequestException unreachable)
        {
            throw TransferException.Passing($"{Show(address)} cannot be reached: {unreachable.Message}", unreachable);
        }
    }

    bool IsHub(Uri address) => Uri.Compare(address, _hub, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    static Uri Target(HttpResponseMessage response, Uri from)
    {
        if (response.Headers.Location is not { } location)
            throw new TransferException(ErrorCatalog.BadAnswer, $"{Show(from)} redirects to nowhere", isPassing: false);
        var target = new Uri(from, location);
        if (target.Scheme is not ("https" or "http") || from.Scheme == "https" && target.Scheme != "https")
            throw new TransferException(ErrorCatalog.BadAnswer, $"{Show(from)} redirects to {Show(target)}, which is not encrypted", isPassing: false);
        return target;
    }

    HttpResponseMessage ThrowUnlessUsable(HttpResponseMessage response, Uri address)
    {
        var status = (int)response.StatusCode;
        if (status is >= 200 and < 300 or 416)
            return response;
        using (response)
        {
            var said = $"{Show(address)} answered {status}{(string.IsNullOrEmpty(response.ReasonPhrase) ? "" : $" {Sources.SafePath.Show(response.ReasonPhrase)}")}";
            throw status switch
            {
                401 or 403 => new TransferException(ErrorCatalog.AccessDenied, $"{said}: {AccessHint(address)}", isPassing: false),
                404 or 410 => new TransferException(ErrorCatalog.NotAtSource, said, isPassing: false),
                408 or 429 or >= 500 and not 501 => new TransferException(ErrorCatalog.TransferFailed, said, isPassing: true) { RetryAfter = RetryAfter(response) },
                _ => new TransferException(ErrorCatalog.TransferFailed, said, isPassing: false),
            };
        }
    }

    string AccessHint(Uri address) => !IsHub(address)
        ? "it lets nobody in without leave"
        : _token is null
            ? "the repository may be private, gated or misspelt; accept its terms on its page, and put an access token of yours into the environment variable HF_TOKEN"
            : "the token in HF_TOKEN does not open it; accept the repository's terms on its page with the token's account";

    TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - _clock.GetUtcNow();
        return after < TimeSpan.Zero ? TimeSpan.Zero : after;
    }

    /// <summary>An address without its query.</summary>
    public static string Show(Uri address) => address.GetLeftPart(UriPartial.Path);
}
