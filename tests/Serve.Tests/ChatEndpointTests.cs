using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Generate;
using Llava.Model;
using Llava.Serve.Api;
using Microsoft.AspNetCore.Http;

namespace Llava.Serve.Tests;

/// <summary>What no client can bring about from outside.</summary>
public sealed class ChatEndpointTests : IClassFixture<RunningServer>, IDisposable
{
    readonly RecordingLog _log = new();
    readonly LlavaGenerator _generator;
    readonly AnswerQueue _queue;
    readonly ChatEndpoint _endpoint;

    public ChatEndpointTests(RunningServer server)
    {
        _generator = LlavaGenerator.Load(server.Model, ComputeDevice.Parse("cpu"));
        var errors = new ErrorResponse(_log);
        _queue = new AnswerQueue(_generator, errors, maximumWaiting: 1);
        _endpoint = new ChatEndpoint(new ServeOptions(server.Model) { MaximumNewTokens = RunningServer.LongestAnswer }, _generator, _queue, errors);
    }

    public void Dispose() => _generator.Dispose();

    [Fact]
    public async Task A_full_line_of_a_stopping_server_says_that_it_stops()
    {
        Assert.True(_queue.TryEnqueue(Pending(1)));
        using var stop = new CancellationTokenSource();
        Assert.Equal("queue_full", (await Assert.ThrowsAsync<ApiException>(() => _endpoint.Answer(Asking(Stream.Null), stop.Token))).Code);

        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => _endpoint.Answer(Asking(Stream.Null), stop.Token));
    }

    [Fact]
    public async Task Who_gave_up_waiting_holds_no_place_in_the_line()
    {
        for (var patience = 0; patience < 3; patience++)
        {
            using var leaving = new CancellationTokenSource();
            Assert.True(_queue.TryEnqueue(Pending(1, leaving.Token)));
            Assert.False(_queue.TryEnqueue(Pending(1)));
            await leaving.CancelAsync();
        }
    }

    [Fact]
    public async Task The_model_answers_no_request_whose_handler_failed()
    {
        using var stop = new CancellationTokenSource();
        var answering = _queue.RunAsync(stop.Token);
        using var unwritable = new MemoryStream([], writable: false);
        await Assert.ThrowsAsync<NotSupportedException>(() => _endpoint.Answer(Asking(unwritable), CancellationToken.None));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task A_failure_of_the_model_is_logged()
    {
        using var stop = new CancellationTokenSource();
        var answering = _queue.RunAsync(stop.Token);
        var pending = Pending(int.MaxValue);
        Assert.True(_queue.TryEnqueue(pending));

        Assert.Equal(500, (await Assert.ThrowsAsync<ApiException>(() => pending.Result)).Status);
        Assert.Equal(ErrorCatalog.InternalError, Assert.Single(_log.Warnings).Code);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
    }

    static PendingAnswer Pending(int token, CancellationToken leaves = default) => new(new GenerationRequest([token], ImagePath: null), new GenerationOptions(), leaves);

    static DefaultHttpContext Asking(Stream answer) => new()
    {
        Request = { ContentType = "application/json", Body = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"messages": [{{ApiTest.EndlessQuestion}}], "stream": true}""")) },
        Response = { Body = answer },
    };
}
