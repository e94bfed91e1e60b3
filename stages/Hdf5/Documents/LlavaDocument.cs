namespace Llava.Hdf5.Documents;

/// <param name="ImagePath">As written in the document; null for a text-only sample.</param>
/// <param name="ImageIsFolder">The path leads to a folder: the reference writes such a row, and training then fails on it.</param>
/// <param name="Turns">Prompts and completions as written.</param>
sealed record LlavaDocument(string? ImagePath, bool ImageIsFolder, IReadOnlyList<(string Prompt, string Completion)> Turns)
{
    /// <summary>Code points, as Python's <c>len</c> counts.</summary>
    public long Characters => Texts.Sum(text => text.Length - (long)text.Count(char.IsHighSurrogate));

    public long Utf8Bytes => Texts.Sum(text => (long)System.Text.Encoding.UTF8.GetByteCount(text));

    public IEnumerable<string> Texts => Turns.SelectMany(turn => new[] { turn.Prompt, turn.Completion });
}
