using Llava.Evaluate.Answers;

namespace Llava.Evaluate.Questions;

/// <summary>One question of a benchmark.</summary>
/// <param name="Prompt">As the answers file records it; scorers find annotations by it where ids repeat.</param>
/// <param name="Text">As it is put to the model: with the benchmark's suffix, without the picture's placeholder.</param>
/// <param name="Image">Null for a question about no picture.</param>
public sealed record Question(QuestionId Id, string Prompt, string Text, QuestionImage? Image);

/// <summary>A picture, as a path under the image folder or as the file's own bytes.</summary>
/// <param name="Path">Relative, with forward slashes; checked by <see cref="ImageFolder"/>.</param>
public sealed record QuestionImage(string? Path, ReadOnlyMemory<byte> Bytes = default);
