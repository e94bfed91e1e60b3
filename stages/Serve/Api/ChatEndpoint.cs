using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Llava.Contracts.Json;
using Llava.Generate;
using Llava.Generate.Prompts;
using Microsoft.AspNetCore.Http;

namespace Llava.Serve.Api;

/// <summary>OpenAI's <c>/v1/chat/completions</c> and <c>/v1/models</c>.</summary>
sealed class ChatEndpoint(ServeOptions options, LlavaGenerator generator, AnswerQueue queue, ErrorResponse errors)
{
    readonly string _modelName = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.ModelPath)));
    readonly TimeProvider _clock = TimeProvider.System;
    long _requests;

    public Task ListModels(HttpContext context) => WriteJson(context, new
    {
        @object = "list",
        data = new[] { new { id = _modelName, @object = "model", created = 0, owned_by = "local" } },
    });

    /// <param name="serverStops">Ends the answers that are under way.</param>
    public async Task Answer(HttpContext context, CancellationToken serverStops)
    {
        var request = new ChatRequestReader(_modelName, options.MaximumNewTokens).Read(await ReadBody(context));
        var number = Interlocked.Increment(ref _requests);
        var prompt = Prompt(request, number);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, serverStops);
        try
        {
            var pending = Enqueue(new PendingAnswer(prompt, Fitting(request, prompt), stop.Token), serverStops);
            var completion = new CompletionJson(string.Create(CultureInfo.InvariantCulture, $"chatcmpl-{number}"), _clock.GetUtcNow().ToUnixTimeSeconds(), _modelName, generator.LengthOf(prompt));
            await Write(context, request, completion, pending);
        }
        finally
        {
            // However this ends, nobody waits for the rest of the answer.
            await stop.CancelAsync();
        }
    }

    PendingAnswer Enqueue(PendingAnswer pending, CancellationToken serverStops)
    {
        if (queue.TryEnqueue(pending))
            return pending;
        serverStops.ThrowIfCancellationRequested();
        throw new ApiException(429, "queue_full", "too many requests are waiting; try again later");
    }

    async Task Write(HttpContext context, ChatRequest request, CompletionJson completion, PendingAnswer pending)
    {
        if (request.IsStreamed)
            await new CompletionStream(context, completion, errors, request.WantsUsage).Write(pending);
        else
            await WriteJson(context, completion.Whole(await pending.Result));
    }

    async Task<JsonElement> ReadBody(HttpContext context)
    {
        // A form of another site can send any other type without asking first.
        if (!context.Request.HasJsonContentType())
            throw new ApiException(415, "unsupported_media_type", "the request is application/json");
        try
        {
            using var document = JsonDocument.Parse(await BoundedBody.Read(context.Request, options.MaximumBodyBytes, context.RequestAborted));
            return JsonUnicode.IsWhole(document.RootElement)
                ? document.RootElement.Clone()
                : throw new ApiException(400, "invalid_json", "the request holds text that is no Unicode: half a surrogate pair (\\ud800 alone), or bytes that are not UTF-8");
        }
        catch (JsonException error)
        {
            throw new ApiException(400, "invalid_json", $"the request is not JSON: {error.Message}");
        }
    }

    // Without a seed of the client's own, the same question again is another draw.
    GenerationRequest Prompt(ChatRequest request, long number)
    {
        var ids = VicunaPrompt.Encode(generator.Tokenizer, request.Turns, request.System);
        var name = request.Image is null ? null : $"picture {Convert.ToHexStringLower(SHA256.HashData(request.Image))}";
        return new GenerationRequest(ids, name)
        {
            ImageBytes = request.Image,
            MaximumPixels = options.MaximumPixels,
            Key = request.HasSeed ? "" : string.Create(CultureInfo.InvariantCulture, $"request {number}"),
        };
    }

    GenerationOptions Fitting(ChatRequest request, GenerationRequest prompt) => request.IsLengthChosen
        ? request.Options
        : request.Options with { MaximumNewTokens = generator.NewTokensAfter(prompt, request.Options.MaximumNewTokens) };

    static async Task WriteJson(HttpContext context, object value)
    {
        context.Response.ContentType = ErrorResponse.JsonType;
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value), context.RequestAborted);
    }
}
