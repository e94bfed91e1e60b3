using System.Net;
using System.Net.Sockets;

namespace Llava.Tests;

/// <summary>Passes connections on to a server, until told to cut them after so many bytes, or to hold everything back.</summary>
public sealed class UnreliableRelay : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly int _target;

    public UnreliableRelay(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Of what a client sends on one connection; null cuts nothing.</summary>
    public long? CutAfterBytes { get; set; }

    /// <summary>Accepts, and answers nothing.</summary>
    public bool IsSilent { get; set; }

    public int Connections { get; private set; }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        Connections++;
        using var _ = client;
        using var server = new TcpClient();
        try
        {
            if (IsSilent)
                await Task.Delay(Timeout.Infinite, _stop.Token);
            await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await Task.WhenAny(SendAsync(client, server), server.GetStream().CopyToAsync(client.GetStream(), _stop.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or IOException)
        {
        }
    }

    async Task SendAsync(TcpClient client, TcpClient server)
    {
        var (buffer, sent) = (new byte[1 << 14], 0L);
        int read;
        while ((read = await client.GetStream().ReadAsync(buffer, _stop.Token)) > 0 && (sent += read) <= (CutAfterBytes ?? long.MaxValue))
            await server.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
    }
}
