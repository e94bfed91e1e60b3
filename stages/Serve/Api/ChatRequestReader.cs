using System.Text.Json;
using Llava.Generate;

namespace Llava.Serve.Api;

/// <summary>Reads the body of a chat completion. What would change the answer and is not done here is refused; the rest is passed over.</summary>
sealed class ChatRequestReader(string modelName, int maximumNewTokens)
{
    const int MaximumStops = 4;

    static readonly string[] NotDone = ["tools", "tool_choice", "functions", "function_call", "logit_bias", "top_logprobs", "audio", "prediction"];

    /// <exception cref="ApiException">The request cannot be answered; says which field is at fault.</exception>
    public ChatRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw ApiException.Invalid("", "the request is a JSON object");
        if (Text(body, "model") is { } model && model != modelName)
            throw new ApiException(404, "model_not_found", $"this server has one model, {modelName}", "model");
        RefuseWhatIsNotDone(body);
        if (Find(body, "messages") is not { ValueKind: JsonValueKind.Array } messages)
            throw ApiException.Invalid("messages", "messages is a list of messages");
        var conversation = MessageReader.Read(messages);
        return new ChatRequest(
            conversation.System,
            conversation.Turns,
            conversation.Image,
            Options(body),
            Find(body, "max_completion_tokens") is not null || Find(body, "max_tokens") is not null,
            Find(body, "seed") is not null,
            Flag(body, "stream"),
            Find(body, "stream_options") is { ValueKind: JsonValueKind.Object } streaming && Flag(streaming, "include_usage"));
    }

    GenerationOptions Options(JsonElement body)
    {
        // Read even where nothing is drawn: a wrong one is a mistake all the same.
        var temperature = Number(body, "temperature", 0, 2) ?? 0;
        var topProbability = Number(body, "top_p", 1e-6, 1) ?? 1;
        var seed = Integer(body, "seed", int.MinValue, int.MaxValue) ?? 0;
        return new GenerationOptions
        {
            MaximumNewTokens = Integer(body, "max_completion_tokens", 1, maximumNewTokens) ?? Integer(body, "max_tokens", 1, maximumNewTokens) ?? maximumNewTokens,
            StopStrings = Stops(body),
            Sampling = temperature == 0 ? null : new Sampling(temperature) { TopProbability = topProbability, Seed = seed },
        };
    }

    static void RefuseWhatIsNotDone(JsonElement body)
    {
        foreach (var name in NotDone)
        {
            if (Find(body, name) is { } value && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0))
                throw new ApiException(400, "unsupported_parameter", $"{name} is not supported", name);
        }
        _ = Integer(body, "n", 1, 1);
        if (Flag(body, "logprobs"))
            throw new ApiException(400, "unsupported_parameter", "logprobs are not supported", "logprobs");
        foreach (var name in new[] { "presence_penalty", "frequency_penalty" })
            _ = Number(body, name, 0, 0);
        if (Find(body, "response_format") is { } format && Text(format, "type") != "text")
            throw new ApiException(400, "unsupported_parameter", "the response format is text", "response_format");
    }

    static IReadOnlyList<string> Stops(JsonElement body)
    {
        if (Find(body, "stop") is not { } stop)
            return [];
        JsonElement[] stops = stop.ValueKind == JsonValueKind.Array ? [.. stop.EnumerateArray()] : [stop];
        if (stops.Length > MaximumStops || stops.Any(item => item.ValueKind != JsonValueKind.String || item.GetString() is ""))
            throw ApiException.Invalid("stop", $"stop is a text or a list of up to {MaximumStops}");
        return [.. stops.Select(item => item.GetString()!)];
    }

    static JsonElement? Find(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    static string? Text(JsonElement body, string name) => Find(body, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw ApiException.Invalid(name, $"{name} is a text"),
    };

    static bool Flag(JsonElement body, string name) => Find(body, name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw ApiException.Invalid(name, $"{name} is true or false"),
    };

    static double? Number(JsonElement body, string name, double lowest, double highest) => Find(body, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.GetDouble() is var number && number >= lowest && number <= highest => number,
        _ => throw ApiException.Invalid(name, FormattableString.Invariant($"{name} is a number from {lowest} to {highest}")),
    };

    static int? Integer(JsonElement body, string name, int lowest, int highest) => Find(body, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= lowest && number <= highest => number,
        _ => throw ApiException.Invalid(name, FormattableString.Invariant($"{name} is a whole number from {lowest} to {highest}")),
    };
}
