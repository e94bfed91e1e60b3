using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Microsoft.AspNetCore.Http;

namespace Llava.Serve.Api;

/// <summary>
/// Errors in OpenAI's form: <c>{"error": {"message", "type", "param", "code"}}</c>. The cause of one that is the server's own goes to the log: the
/// client is not told it.
/// </summary>
sealed class ErrorResponse(IStageLog log)
{
    public const string JsonType = "application/json; charset=utf-8";

    static readonly ErrorCode[] OfTheRequest =
    [
        ErrorCatalog.ImageEmpty, ErrorCatalog.ImageTruncated, ErrorCatalog.ImageCorrupt, ErrorCatalog.ImageTooLarge, ErrorCatalog.ImageFormatUnknown,
        ErrorCatalog.PromptAndPictureDiffer,
    ];

    /// <summary>Catches what the request handlers throw.</summary>
    public async Task Guard(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            var problem = Explain(error);
            context.Response.StatusCode = problem.Status;
            context.Response.ContentType = JsonType;
            await context.Response.Body.WriteAsync(ToJson(problem));
        }
    }

    /// <returns>What the client is told.</returns>
    public ApiException Explain(Exception error) => error switch
    {
        ApiException known => known,
        BadHttpRequestException bad => new ApiException(bad.StatusCode, "invalid_request", bad.Message),
        DiagnosticException { Diagnostics: [var problem, ..] } when problem.Code == ErrorCatalog.PromptTooLong => new ApiException(400, "context_length_exceeded", problem.Message, "messages"),
        DiagnosticException { Diagnostics: [var problem, ..] } when OfTheRequest.Contains(problem.Code) => new ApiException(400, "invalid_request", problem.Message),
        OperationCanceledException => new ApiException(503, "server_stopping", "the server is stopping"),
        _ => Log(error),
    };

    public static byte[] ToJson(ApiException problem) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        error = new { message = problem.Message, type = TypeOf(problem.Status), param = problem.Parameter, code = problem.Code },
    });

    ApiException Log(Exception cause)
    {
        foreach (var problem in SystemErrors.Describe(cause) ?? [ErrorCatalog.InternalError.Says(cause.ToString())])
            log.Warning(problem);
        return new ApiException(500, "internal_error", "the server failed to answer");
    }

    static string TypeOf(int status) => status switch
    {
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };
}
