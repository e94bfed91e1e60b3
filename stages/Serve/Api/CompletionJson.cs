using Llava.Generate;

namespace Llava.Serve.Api;

/// <summary>OpenAI's objects for one answer.</summary>
/// <param name="promptTokens">Positions of the prompt, the picture's patches among them.</param>
sealed class CompletionJson(string id, long created, string model, long promptTokens)
{
    /// <summary><c>chat.completion</c>.</summary>
    public object Whole(GenerationResult result) => new
    {
        id,
        @object = "chat.completion",
        created,
        model,
        choices = new[] { new { index = 0, message = new { role = "assistant", content = result.Text }, logprobs = (object?)null, finish_reason = Reason(result) } },
        usage = Usage(result),
    };

    public object FirstChunk() => Chunk(new { role = "assistant", content = "" }, null);

    public object PieceChunk(string piece) => Chunk(new { content = piece }, null);

    public object LastChunk(GenerationResult result) => Chunk(new { }, Reason(result));

    public object UsageChunk(GenerationResult result) => new { id, @object = "chat.completion.chunk", created, model, choices = Array.Empty<object>(), usage = Usage(result) };

    object Chunk(object delta, string? reason) => new
    {
        id,
        @object = "chat.completion.chunk",
        created,
        model,
        choices = new[] { new { index = 0, delta, logprobs = (object?)null, finish_reason = reason } },
    };

    object Usage(GenerationResult result) => new
    {
        prompt_tokens = promptTokens,
        completion_tokens = result.TokenIds.Count,
        total_tokens = promptTokens + result.TokenIds.Count,
    };

    static string Reason(GenerationResult result) => result.IsCutOff ? "length" : "stop";
}
