namespace Llava.Preprocess.Shards;

/// <summary>What one output file was made from and what it became: enough to take the result over unseen, or to remove it.</summary>
/// <param name="Key">Over the stage's code and the settings that decide the output.</param>
/// <param name="Output">The converted file.</param>
sealed record ShardRecord(
    string Key,
    IReadOnlyList<ShardInput> Inputs,
    StoredFile Output,
    long SamplesWritten,
    IReadOnlyList<ShardQuarantine> Quarantined,
    IReadOnlyList<StoredFile> Pictures);

/// <summary>A line of the ledger, its code as text.</summary>
sealed record ShardQuarantine(string File, long Line, string? Id, string Code, string Reason);
