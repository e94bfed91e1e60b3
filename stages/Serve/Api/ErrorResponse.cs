using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Llava.Serve.Api;

/// <summary>Errors in OpenAI's form: <c>{"error": {"message", "type", "param", "code"}}</c>.</summary>
static class ErrorResponse
{
    public const string JsonType = "application/json; charset=utf-8";

    /// <summary>Catches what the request handlers throw.</summary>
    public static async Task Guard(HttpContext context, RequestDelegate next)
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
            var problem = Of(error);
            context.Response.StatusCode = problem.Status;
            context.Response.ContentType = JsonType;
            await context.Response.Body.WriteAsync(ToJson(problem));
        }
    }

    public static ApiException Of(Exception error) => error switch
    {
        ApiException known => known,
        BadHttpRequestException bad => new ApiException(bad.StatusCode, "invalid_request", bad.Message),
        DiagnosticException coded when coded.Diagnostics[0].Code == ErrorCatalog.PromptTooLong => new ApiException(400, "context_length_exceeded", coded.Diagnostics[0].Message, "messages"),
        DiagnosticException coded => new ApiException(400, "invalid_request", coded.Diagnostics[0].Message),
        OperationCanceledException => new ApiException(503, "server_stopping", "the server is stopping"),
        _ => new ApiException(500, "internal_error", "the server failed to answer"),
    };

    public static byte[] ToJson(ApiException problem) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        error = new { message = problem.Message, type = TypeOf(problem.Status), param = problem.Parameter, code = problem.Code },
    });

    static string TypeOf(int status) => status switch
    {
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };
}
