using System.Security.Cryptography;
using Llava.Evaluate.Answers;

namespace Llava.Evaluate.Questions;

/// <summary>One question of a benchmark.</summary>
/// <param name="Prompt">As the answers file records it; scorers find annotations by it where ids repeat.</param>
/// <param name="Text">As it is put to the model: with the benchmark's suffix, without the picture's placeholder.</param>
/// <param name="Image">Null for a question about no picture.</param>
public sealed record Question(QuestionId Id, string Prompt, string Text, QuestionImage? Image);

/// <summary>A picture, as a path under the image folder or as the file's own bytes.</summary>
/// <param name="Name">The same for the same picture: the path, relative, with forward slashes; of bytes their SHA-256 in hex.</param>
/// <param name="Bytes">Null for a path.</param>
public sealed record QuestionImage(string Name, ReadOnlyMemory<byte>? Bytes = null)
{
    /// <summary>Checked by <see cref="ImageFolder"/>; null for bytes.</summary>
    public string? Path => Bytes is null ? Name : null;

    public static QuestionImage Holding(ReadOnlyMemory<byte> bytes) => new(Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), bytes);
}
