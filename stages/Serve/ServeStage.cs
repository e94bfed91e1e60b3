using System.Net;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Generate;
using Llava.Model;
using Llava.Serve.Api;
using Llava.Serve.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Llava.Serve;

/// <summary>Answers on 127.0.0.1 in OpenAI's chat-completions format, and serves one page that uses it, until it is cancelled.</summary>
public static class ServeStage
{
    const int MaximumConnections = 64;

    /// <param name="listening">Called with the address once it listens.</param>
    /// <exception cref="DiagnosticException">The model cannot be loaded, or the port is taken.</exception>
    public static async Task RunAsync(ServeOptions options, IStageLog log, CancellationToken cancellation, Action<Uri>? listening = null)
    {
        if (options.Threads is { } threads)
            TorchRuntime.Use(threads);
        log.Information($"loading {options.ModelPath}");
        using var generator = LlavaGenerator.Load(options.ModelPath, ComputeDevice.Parse(options.Device));
        var errors = new ErrorResponse(log);
        var queue = new AnswerQueue(generator, errors, options.MaximumWaiting);
        await using var server = Build(options, new ChatEndpoint(options, generator, queue, errors), errors, cancellation);
        await Start(server, options);
        var address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        log.Information($"listening on {address}");
        listening?.Invoke(address);
        try
        {
            await queue.RunAsync(cancellation);
        }
        finally
        {
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await server.StopAsync(now.Token);
        }
    }

    // An empty builder reads no environment variables, no files and no current folder.
    static WebApplication Build(ServeOptions options, ChatEndpoint chat, ErrorResponse errors, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // BoundedBody has the bound
            kestrel.Limits.MaxConcurrentConnections = MaximumConnections;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var server = builder.Build();
        var page = ServedPage.Load();
        server.Use(errors.Guard);
        server.Use(OwnHostOnly.Guard);
        server.Run(context => (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", "/") => page.Write(context),
            ("GET", "/v1/models") => chat.ListModels(context),
            ("POST", "/v1/chat/completions") => chat.Answer(context, cancellation),
            (_, "/" or "/v1/models" or "/v1/chat/completions") => throw new ApiException(405, "method_not_allowed", $"{context.Request.Path} does not take {context.Request.Method}"),
            _ => throw new ApiException(404, "not_found", $"there is nothing at {context.Request.Path}"),
        });
        return server;
    }

    static async Task Start(WebApplication server, ServeOptions options)
    {
        try
        {
            await server.StartAsync(CancellationToken.None);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new DiagnosticException(ErrorCatalog.PortTaken.Says($"port {options.Port} of 127.0.0.1 is taken: give another one with --port"));
        }
    }
}
