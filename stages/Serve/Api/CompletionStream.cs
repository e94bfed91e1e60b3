using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Llava.Serve.Api;

/// <summary>
/// An answer as server-sent events, a chunk each, then <c>[DONE]</c>. Nothing is sent before the first piece is there, so that what fails
/// before it is an error with its own status; what fails later is an event.
/// </summary>
sealed class CompletionStream(HttpContext context, CompletionJson completion, ErrorResponse errors, bool wantsUsage)
{
    public async Task Write(PendingAnswer pending)
    {
        if (!await pending.Pieces.WaitToReadAsync(context.RequestAborted))
            await pending.Result;
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        await Send(completion.FirstChunk());
        try
        {
            await foreach (var piece in pending.Pieces.ReadAllAsync(context.RequestAborted))
                await Send(completion.PieceChunk(piece));
            var result = await pending.Result;
            await Send(completion.LastChunk(result));
            if (wantsUsage)
                await Send(completion.UsageChunk(result));
            await Send("[DONE]"u8.ToArray());
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            await Send(ErrorResponse.ToJson(errors.Explain(error)));
        }
    }

    Task Send(object value) => Send(JsonSerializer.SerializeToUtf8Bytes(value));

    async Task Send(byte[] data)
    {
        var body = context.Response.Body;
        await body.WriteAsync("data: "u8.ToArray(), context.RequestAborted);
        await body.WriteAsync(data, context.RequestAborted);
        await body.WriteAsync("\n\n"u8.ToArray(), context.RequestAborted);
        await body.FlushAsync(context.RequestAborted);
    }
}
