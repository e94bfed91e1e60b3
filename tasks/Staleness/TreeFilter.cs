namespace Llava.Tasks.Staleness;

/// <summary>Which files below a folder count.</summary>
/// <param name="Suffixes">Ends of names; none takes all.</param>
/// <param name="WithoutFolders">Folders directly below the root that do not count.</param>
/// <param name="TakesRecords">Whether a stage's own record and unfinished files count.</param>
/// <param name="TakesHidden">Whether names that start with a dot count: what a stage hides is its memory, no output.</param>
public sealed record TreeFilter(IReadOnlyList<string> Suffixes, IReadOnlyList<string> WithoutFolders, bool TakesRecords, bool TakesHidden)
{
    public static readonly TreeFilter All = new([], [], TakesRecords: true, TakesHidden: true);

    /// <summary>Everything but a stage's own record and files that are not finished yet.</summary>
    public static readonly TreeFilter Finished = new([], [], TakesRecords: false, TakesHidden: true);

    /// <summary>What one stage may read of another's folder, or of a user's.</summary>
    public static readonly TreeFilter Input = Finished with { TakesHidden = false };

    /// <summary>Ends of names that do not count, whatever else is said.</summary>
    public IReadOnlyList<string> WithoutSuffixes { get; init; } = [];

    /// <summary>Two filters with one key take the same files.</summary>
    public string Key => $"{string.Join('|', Suffixes)}-{string.Join('|', WithoutSuffixes)}-{string.Join('|', WithoutFolders)}-{TakesRecords}-{TakesHidden}";

    /// <param name="folder">From the root, with <c>/</c>; empty for the root itself.</param>
    public bool Takes(ReadOnlySpan<char> folder, ReadOnlySpan<char> name)
    {
        if (!TakesRecords && (name.EndsWith(".partial", StringComparison.Ordinal) || name is StageManifest.FileName))
            return false;
        if (!TakesHidden && (name.StartsWith('.') || folder.StartsWith('.') || folder.Contains("/.", StringComparison.Ordinal)))
            return false;
        foreach (var without in WithoutFolders)
        {
            if (folder.StartsWith(without, StringComparison.Ordinal) && (folder.Length == without.Length || folder[without.Length] == '/'))
                return false;
        }
        return !EndsWithOneOf(name, WithoutSuffixes) && (Suffixes.Count == 0 || EndsWithOneOf(name, Suffixes));
    }

    static bool EndsWithOneOf(ReadOnlySpan<char> name, IReadOnlyList<string> suffixes)
    {
        foreach (var suffix in suffixes)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
