namespace Llava.Hdf5.Documents;

/// <param name="ImagePath">As written in the document; null for a text-only sample.</param>
/// <param name="ImageIsFolder">The path leads to a folder: the reference writes such a row, and training then fails on it.</param>
/// <param name="Turns">Prompts and completions as written.</param>
/// <param name="Characters">Code points of all texts, as Python's <c>len</c> counts.</param>
sealed record LlavaDocument(string? ImagePath, bool ImageIsFolder, IReadOnlyList<(string Prompt, string Completion)> Turns, long Characters, long Utf8Bytes);
