namespace Llava.Tasks.Drawing;

/// <summary>What a drawing fills a stage of each state with.</summary>
static class StateColours
{
    public static IReadOnlyDictionary<string, string> All { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["fresh"] = "#cdebc5",
        ["stale"] = "#f6c1b5",
        ["stored"] = "#c7dcf3",
        ["waits"] = "#fbe7a8",
    };
}
