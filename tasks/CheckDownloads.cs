using System.Globalization;
using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>
/// Chooses the <c>@(Download)</c> items that this recipe wants, writes them down for <c>llava download</c>, and looks whether what was downloaded is still
/// there: by size and time, and by content only where these have moved.
/// </summary>
public sealed class CheckDownloads : GraphTask
{
    static readonly string[] Lists = ["Files", "Place"];
    static readonly string[] Texts = ["From", "Revision", "Sha256", "Note"];

    public ITaskItem[] Items { get; set; } = [];

    /// <summary>Datasets and benchmarks that are switched on: an item whose metadata For names others only is left out.</summary>
    public ITaskItem[] Wanted { get; set; } = [];

    /// <summary>Names of items to leave out.</summary>
    public string[] Skip { get; set; } = [];

    /// <summary>Receives the chosen items.</summary>
    [Required]
    public string SourcesFile { get; set; } = "";

    /// <summary>What the last download left.</summary>
    [Required]
    public string Record { get; set; } = "";

    public bool UpdateLock { get; set; }

    /// <summary>Only look.</summary>
    public bool Explain { get; set; }

    /// <summary>The items chosen.</summary>
    [Output]
    public string[] Names { get; set; } = [];

    /// <summary>What they ask for, <c>name=value</c>.</summary>
    [Output]
    public string[] Settings { get; set; } = [];

    /// <summary>Why a download has to run that would be fresh by its settings.</summary>
    [Output]
    public string[] Reasons { get; set; } = [];

    protected override void Run(GraphSession session)
    {
        foreach (var unknown in Skip.Except(Items.Select(item => item.ItemSpec)))
            Log.LogDiagnostic(ErrorCatalog.BadDownload.Says($"SkipDownloads names \"{unknown}\", but no download has this name"));
        var chosen = Items.Where(IsWanted).ToArray();
        Names = [.. chosen.Select(item => item.ItemSpec)];
        Settings = [.. chosen.SelectMany(SettingsOf)];
        Reasons = UpdateLock ? ["the lock is to be moved"] : [.. ChangesSince(session)];
        if (!Explain && chosen.Length > 0)
            AtomicFile.WriteAllText(SourcesFile, JsonSerializer.Serialize(new { sources = chosen.Select(Describe) }) + "\n");
    }

    bool IsWanted(ITaskItem item)
    {
        var users = List(item, "For");
        return !Skip.Contains(item.ItemSpec) && (users.Length == 0 || Wanted.Any(wanted => users.Contains(wanted.ItemSpec)));
    }

    IEnumerable<string> SettingsOf(ITaskItem item) =>
        from entry in Describe(item)
        where entry.Key is not ("name" or "note")
        select $"{item.ItemSpec}.{entry.Key}={(entry.Value is string[] list ? string.Join(' ', list) : Convert.ToString(entry.Value, CultureInfo.InvariantCulture))}";

    Dictionary<string, object> Describe(ITaskItem item)
    {
        var source = new Dictionary<string, object> { ["name"] = item.ItemSpec, ["folder"] = System.IO.Path.GetFullPath(System.IO.Path.Combine(Root, item.GetMetadata("Folder"))) };
        foreach (var name in Texts.Where(name => item.GetMetadata(name).Length > 0))
            source[name.ToLowerInvariant()] = item.GetMetadata(name);
        foreach (var name in Lists.Where(name => List(item, name).Length > 0))
            source[name.ToLowerInvariant()] = List(item, name);
        if (item.GetMetadata("Unpack") == "true")
            source["unpack"] = true;
        return source;
    }

    IEnumerable<string> ChangesSince(GraphSession session)
    {
        if (!File.Exists(Record))
        {
            yield return "its list of files is gone";
            yield break;
        }
        foreach (var change in File.ReadLines(Record).Select(line => ChangeOf(session, line)).OfType<string>())
            yield return change;
    }

    static string? ChangeOf(GraphSession session, string line)
    {
        if (line.Split('\t', 4) is not [var size, var ticks, var sha256, { Length: > 0 } path] || path.Contains('\0') || !long.TryParse(size, out var bytes) || !long.TryParse(ticks, out var writtenAt))
            return "its list of files cannot be read";
        var (file, shown) = (new FileInfo(path), session.Inspector.Show(path));
        if (!file.Exists)
            return $"{shown} is gone";
        if (file.Length != bytes)
            return $"{shown} has another size";
        return file.LastWriteTimeUtc.Ticks != writtenAt && session.Inspector.Sha256Of(path) != sha256 ? $"{shown} has another content" : null;
    }

    static string[] List(ITaskItem item, string metadata) => item.GetMetadata(metadata).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
