namespace Llava.Preprocess.Shards;

/// <summary>A file that a shard became: its lines, or a picture that was inside.</summary>
/// <param name="Path">Relative to the shards' folder, a picture's to <c>--images</c>.</param>
sealed record StoredFile(string Path, long SizeBytes, long ModifiedTicks, string Sha256);
