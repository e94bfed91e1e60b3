using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Llava.Download.Tests.Server;

/// <summary>A small HTTP server, one request a connection, whose answers may break off in ways that no well-kept server offers.</summary>
sealed class HttpListenerLoop : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Func<Request, Answer> _answer;
    readonly List<Request> _requests = [];
    int _open;

    public HttpListenerLoop(Func<Request, Answer> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Most requests that waited for their answer at a time.</summary>
    public int MostOpen { get; private set; }

    public IReadOnlyList<Request> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public void Forget()
    {
        lock (_requests)
            _requests.Clear();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }

    async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using var stream = client.GetStream();
            if (await ReadAsync(stream) is not { } request)
                return;
            lock (_requests)
            {
                _requests.Add(request);
                MostOpen = Math.Max(MostOpen, ++_open);
            }
            var answer = _answer(request);
            try
            {
                await Task.Delay(answer.Delay, _stop.Token);
            }
            finally
            {
                // Before the client has its answer: it may ask for the next file at once.
                lock (_requests)
                    _open--;
            }
            await WriteAsync(stream, request, answer);
            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
        }
    }

    static async Task<Request?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
                return null;
            head.Append((char)one[0]);
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new Request(first[0], first[1], headers);
    }

    async Task WriteAsync(Stream stream, Request request, Answer answer)
    {
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} Answer\r\nConnection: close\r\nContent-Length: {answer.ClaimedLength ?? answer.Body.Length}\r\n"));
        foreach (var (name, value) in answer.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        if (request.Method == "HEAD")
            return;
        var length = Math.Min(answer.CutAfter ?? answer.StallAfter ?? answer.Body.Length, answer.Body.Length);
        await stream.WriteAsync(answer.Body.AsMemory(0, length));
        await stream.FlushAsync();
        if (answer.StallAfter is not null)
            await Task.Delay(Timeout.Infinite, _stop.Token);
    }
}
