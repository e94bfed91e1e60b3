using Llava.Contracts.Diagnostics;
using Llava.Data.Json;
using Llava.Hdf5.Configuration;

namespace Llava.Hdf5.Documents;

/// <summary>
/// A line of a jsonl file as a conversation, or the reason why it is none. Accepts exactly what the reference writes rows for
/// (<c>check_valid_doc</c>, <c>parse_doc</c>, <c>file_read_generator</c> of <c>LlavaBasePreprocessor</c>). Thread-safe.
/// </summary>
sealed class DocumentReader(DatasetSection dataset)
{
    /// <param name="id">The document's own id, where one can be read.</param>
    /// <param name="rejection">Null when the result is not.</param>
    public LlavaDocument? Read(ReadOnlySpan<byte> line, bool isFirstLine, out string? id, out SampleRejection? rejection)
    {
        id = null;
        try
        {
            var document = ParseObject(isFirstLine && line.StartsWith("\ufeff"u8) ? line[3..] : line);
            id = document.Find("id") is { Formatted: { } text } ? text : null;
            rejection = null;
            return Interpret(document);
        }
        catch (RejectedDocumentException rejected)
        {
            rejection = rejected.Rejection;
            return null;
        }
    }

    LlavaDocument Interpret(PythonValue.Dictionary document)
    {
        var turns = dataset.MultiTurnKey is { } key ? FindTurns(document, key) : null;
        var prompts = turns is null ? [Require(document, dataset.PromptKey!), Require(document, dataset.CompletionKey!)] : default(IReadOnlyList<PythonValue>);
        var imagePath = FindImage(document, out var isFolder);
        if (turns is not null)
        {
            if (turns.Count % 2 != 0)
                throw Reject(ErrorCatalog.UnpairedTurns, $"{turns.Count} turns: every prompt needs a completion");
            prompts = [.. turns.Select((turn, index) => ContentOf(turn, index))];
        }
        var texts = prompts!.Select((value, index) => TextOf(value, index)).ToArray();
        return new LlavaDocument(imagePath, isFolder, [.. texts.Chunk(2).Select(pair => (pair[0], pair[1]))]);
    }

    static PythonValue.Dictionary ParseObject(ReadOnlySpan<byte> line)
    {
        if (line.Trim(" \t\r"u8).IsEmpty)
            throw Reject(ErrorCatalog.UnreadableDocument, "the line is blank");
        PythonValue value;
        try
        {
            value = PythonJsonParser.Parse(line);
        }
        catch (JsonSyntaxException error)
        {
            throw Reject(ErrorCatalog.UnreadableDocument, $"not JSON: {error.Message}");
        }
        return value as PythonValue.Dictionary ?? throw Reject(ErrorCatalog.UnreadableDocument, $"{Describe(value)} instead of an object");
    }

    IReadOnlyList<PythonValue> FindTurns(PythonValue.Dictionary document, string key)
    {
        if (dataset.MultiTurnContentKey is null)
            throw Reject(ErrorCatalog.NoConversation, "multi_turn_key without multi_turn_content_key: turns that are plain strings are not read");
        if (Require(document, key) is not PythonValue.List { Items: { Count: > 0 } turns })
            throw Reject(ErrorCatalog.NoConversation, $"\"{key}\" is not a list of turns, or empty");
        ContentOf(turns[0], 0);
        return turns;
    }

    PythonValue ContentOf(PythonValue turn, int index) =>
        (turn as PythonValue.Dictionary)?.Find(dataset.MultiTurnContentKey!)
        ?? throw Reject(ErrorCatalog.NoConversation, $"turn {index + 1} has no \"{dataset.MultiTurnContentKey}\"");

    static PythonValue Require(PythonValue.Dictionary document, string key) =>
        document.Find(key) ?? throw Reject(ErrorCatalog.NoConversation, $"there is no \"{key}\"");

    static string TextOf(PythonValue value, int index)
    {
        if (value is not PythonValue.Text { Value: var text })
            throw Reject(ErrorCatalog.NotAText, $"text {index + 1} is {Describe(value)}");
        if (HasLoneSurrogate(text))
            throw Reject(ErrorCatalog.NotAText, $"text {index + 1} holds half of a surrogate pair");
        return text;
    }

    string? FindImage(PythonValue.Dictionary document, out bool isFolder)
    {
        isFolder = false;
        if (dataset.ImageKey is not { } key)
            return null;
        var isTextOnly = dataset.MultiModalNonImageExKey is { } textOnlyKey && document.Find(textOnlyKey) is not null;
        var image = document.Find(key);
        if (image is null && dataset.MultiModalNonImageExKey is { } missing && !isTextOnly)
            throw Reject(ErrorCatalog.NoImageAndNotTextOnly, $"neither \"{key}\" nor \"{missing}\"");
        if (image is null || image is PythonValue.Null && isTextOnly)
            return null;
        if (image is not PythonValue.Text { Value: var path } || HasLoneSurrogate(path))
            throw Reject(ErrorCatalog.SampleImageMissing, $"\"{key}\" is {Describe(image)}, not a path");
        // The reference does not look for the image of a sample that also has the text-only key.
        return isTextOnly ? path : ExistingImage(path, out isFolder);
    }

    string ExistingImage(string path, out bool isFolder)
    {
        var full = path.Contains('\0') ? "" : Path.Combine(dataset.ImageDir!, path);
        isFolder = !File.Exists(full) && Directory.Exists(full);
        if (!isFolder && !File.Exists(full))
            throw Reject(ErrorCatalog.SampleImageMissing, $"there is no image \"{path}\"");
        return path;
    }

    static bool HasLoneSurrogate(string text)
    {
        var first = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        for (var i = first; i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }
        return false;
    }

    static string Describe(PythonValue value) => value switch
    {
        PythonValue.Null => "null",
        PythonValue.Number number => $"the number {number.Literal}",
        PythonValue.Boolean => "true or false",
        PythonValue.List => "a list",
        PythonValue.Dictionary => "an object",
        _ => "a text",
    };

    static RejectedDocumentException Reject(ErrorCode code, string reason) => new(new SampleRejection(code, reason));

    sealed class RejectedDocumentException(SampleRejection rejection) : Exception
    {
        public SampleRejection Rejection { get; } = rejection;
    }
}
