namespace Llava.Tasks.Staleness;

/// <summary>Something a stage reads.</summary>
/// <param name="Role">What it is to the stage: "raw", "images", "tokenizer". Part of the key; the path is not.</param>
/// <param name="Path">As it is shown: relative to the artifacts folder or the checkout where it lies in one of them.</param>
public sealed record StageInput(string Role, string Path, TreeDigest Digest);

/// <summary>Something a stage wrote: a file, or a folder as a whole, by its path in the stage's folder.</summary>
public sealed record StageOutput(string Path, TreeDigest Digest);
