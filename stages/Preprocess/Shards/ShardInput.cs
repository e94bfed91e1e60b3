namespace Llava.Preprocess.Shards;

/// <summary>A raw file as it was when a shard was made from it.</summary>
/// <param name="Name">As in the ledger: relative to <c>--input</c>.</param>
/// <param name="ModifiedTicks">0 where the file was so young that a later write might bear the same time.</param>
sealed record ShardInput(string Name, long SizeBytes, long ModifiedTicks, string Sha256);
