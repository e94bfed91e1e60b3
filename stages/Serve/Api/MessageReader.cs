using System.Globalization;
using System.Text.Json;
using Llava.Generate.Prompts;

namespace Llava.Serve.Api;

/// <summary>OpenAI's <c>messages</c> as a conversation: an optional system message, then user and assistant in turns, the user last.</summary>
sealed class MessageReader
{
    readonly List<ConversationTurn> _turns = [];

    public string? System { get; private set; }

    public byte[]? Image { get; private set; }

    public IReadOnlyList<ConversationTurn> Turns => _turns;

    /// <exception cref="ApiException">A message is not as it should be.</exception>
    public static MessageReader Read(JsonElement messages)
    {
        var reader = new MessageReader();
        var index = 0;
        foreach (var message in messages.EnumerateArray())
            reader.Add(message, string.Create(CultureInfo.InvariantCulture, $"messages[{index++}]"));
        if (reader._turns.Count == 0 || reader._turns[^1].Answer is not null)
            throw ApiException.Invalid("messages", "the last message must be the user's");
        return reader;
    }

    void Add(JsonElement message, string place)
    {
        var role = message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        var isOpen = _turns.Count > 0 && _turns[^1].Answer is null;
        switch (role)
        {
            case "system" or "developer" when _turns.Count == 0 && System is null:
                System = Content(message, place).Text;
                break;
            case "user" when !isOpen:
                var (text, image) = Content(message, place);
                Image ??= image;
                _turns.Add(new ConversationTurn(text, HasImage: image is not null));
                break;
            case "assistant" when isOpen:
                _turns[^1] = _turns[^1] with { Answer = Content(message, place).Text };
                break;
            case "system" or "developer" or "user" or "assistant":
                throw ApiException.Invalid(place + ".role", "one system message may come first, then user and assistant take turns");
            default:
                throw ApiException.Invalid(place + ".role", "the role is system, user or assistant");
        }
    }

    (string Text, byte[]? Image) Content(JsonElement message, string place)
    {
        place += ".content";
        if (!message.TryGetProperty("content", out var content))
            throw ApiException.Invalid(place, "a message has content");
        if (content.ValueKind == JsonValueKind.String)
            return (content.GetString()!, null);
        if (content.ValueKind != JsonValueKind.Array)
            throw ApiException.Invalid(place, "the content is a text or a list of parts");
        var texts = new List<string>();
        byte[]? image = null;
        foreach (var part in content.EnumerateArray())
        {
            if (TextOf(part, "type") == "text" && TextOf(part, "text") is { } text)
                texts.Add(text);
            else if (TextOf(part, "type") == "image_url" && part.TryGetProperty("image_url", out var link) && TextOf(link, "url") is { } url)
                image = image is null && Image is null && message.GetProperty("role").GetString() == "user"
                    ? DataUrl.Decode(url, place)
                    : throw ApiException.Invalid(place, "this model looks at one picture in a conversation, the user's");
            else
                throw ApiException.Invalid(place, "a part is {\"type\": \"text\", \"text\"} or {\"type\": \"image_url\", \"image_url\": {\"url\"}}");
        }
        return (string.Join('\n', texts), image);
    }

    static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
