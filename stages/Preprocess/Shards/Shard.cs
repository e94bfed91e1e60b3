namespace Llava.Preprocess.Shards;

/// <summary>One output of a run.</summary>
/// <param name="IsNew">Made by this run, not taken over from an earlier one.</param>
sealed record Shard(string OutputName, ShardRecord Record, bool IsNew);
