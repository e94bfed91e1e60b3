namespace Llava.Data.Json;

/// <param name="offset">Byte offset in the text that was parsed.</param>
public sealed class JsonSyntaxException(string message, int offset) : Exception(message)
{
    public int Offset { get; } = offset;
}
