using System.Text.Json;
using Llava.Contracts.Diagnostics;

namespace Llava.Contracts.Json;

/// <summary>What a parser says of a text that is no JSON.</summary>
public static class JsonProblem
{
    // The exception's message repeats the place, counted from 0.
    const string PlaceInMessage = " LineNumber: ";

    public static SourceLocation PlaceOf(JsonException error, string path) => error is { LineNumber: { } line, BytePositionInLine: { } column }
        ? new SourceLocation(path, (int)line + 1, (int)column + 1)
        : new SourceLocation(path);

    public static string SentenceOf(JsonException error) => error.Message.Split(PlaceInMessage)[0];
}
