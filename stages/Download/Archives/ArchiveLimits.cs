namespace Llava.Download.Archives;

/// <summary>What an archive may hold before it counts as one that explodes.</summary>
sealed record ArchiveLimits
{
    /// <summary>Unpacked bytes for each byte of the archive. Text packs about tenfold, pictures not at all.</summary>
    public int LargestRatio { get; init; } = 100;

    /// <summary>Archives that unpack to no more than this are harmless at any ratio.</summary>
    public long HarmlessBytes { get; init; } = 64 << 20;

    public long LargestBytes { get; init; } = 4L << 40;

    public int MostEntries { get; init; } = 5_000_000;
}
