using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Data.Images;
using Llava.Data.Json;
using Llava.Hdf5.Configuration;

namespace Llava.Hdf5.Documents;

/// <summary>
/// A line of a jsonl file as a conversation, or the reason why it is none. Accepts exactly what the reference writes rows for
/// (<c>check_valid_doc</c>, <c>parse_doc</c>, <c>file_read_generator</c> of <c>LlavaBasePreprocessor</c>). Each worker has its own.
/// </summary>
sealed class DocumentReader(DatasetSection dataset, ImageFiles images)
{
    /// <summary>What was found where the image of the last document should be; null when it was not looked for.</summary>
    public ImageCheck? Image { get; private set; }

    /// <param name="id">The document's own id, where one can be read.</param>
    /// <param name="rejection">Null when the result is not.</param>
    public LlavaDocument? Read(ReadOnlySpan<byte> line, bool isFirstLine, out string? id, out SampleRejection? rejection)
    {
        (id, Image) = (null, null);
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
        IReadOnlyList<PythonValue> texts = dataset.MultiTurnKey is { } key
            ? FindTurns(document, key)
            : [Require(document, dataset.PromptKey!), Require(document, dataset.CompletionKey!)];
        var imagePath = FindImage(document, out var isFolder);
        return dataset.MultiTurnKey is null ? Pair(texts, imagePath, isFolder) : Pair(Contents(texts), imagePath, isFolder);
    }

    IReadOnlyList<PythonValue> Contents(IReadOnlyList<PythonValue> turns)
    {
        if (turns.Count % 2 != 0)
            throw Reject(ErrorCatalog.UnpairedTurns, $"{turns.Count} turns: every prompt needs a completion");
        var contents = new PythonValue[turns.Count];
        for (var index = 0; index < contents.Length; index++)
            contents[index] = ContentOf(turns[index], index);
        return contents;
    }

    static LlavaDocument Pair(IReadOnlyList<PythonValue> texts, string? imagePath, bool imageIsFolder)
    {
        var turns = new (string, string)[texts.Count / 2];
        var (characters, bytes) = (0L, 0L);
        for (var index = 0; index < turns.Length; index++)
            turns[index] = (Measured(texts, 2 * index, ref characters, ref bytes), Measured(texts, 2 * index + 1, ref characters, ref bytes));
        return new LlavaDocument(imagePath, imageIsFolder, turns, characters, bytes);
    }

    static string Measured(IReadOnlyList<PythonValue> texts, int index, ref long characters, ref long bytes)
    {
        var text = TextOf(texts[index], index);
        var utf8 = Encoding.UTF8.GetByteCount(text);
        bytes += utf8;
        characters += text.Length;
        // Only where there are more bytes than units can there be pairs of surrogates.
        if (utf8 != text.Length)
        {
            foreach (var unit in text)
                characters -= char.IsHighSurrogate(unit) ? 1 : 0;
        }
        return text;
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
        if (!ImagePath.StaysInside(path))
            throw Reject(ErrorCatalog.UnsafeImagePath, $"the image path \"{path}\" leaves the image folder");
        // The reference does not look for the image of a sample that also has the text-only key.
        return isTextOnly ? path : ExistingImage(path, out isFolder);
    }

    string ExistingImage(string path, out bool isFolder)
    {
        var check = images.Check(path);
        Image = check;
        isFolder = check.State == ImageState.Folder;
        if (check.State == ImageState.Missing)
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
