namespace Llava.Download.Sources;

/// <summary>
/// Where the files of a source end up. The first rule that fits counts: <c>config.json=config_lmsys.json</c> renames one file,
/// <c>data/=</c> drops a leading folder, <c>zip/png/=/data/images/</c> moves a folder elsewhere, <c>__MACOSX/=-</c> leaves it out.
/// What no rule fits lies below the source's folder under its own name.
/// </summary>
sealed class Placement(DownloadSource source)
{
    const string LeaveOut = "-";

    readonly (string From, string To)[] _rules = [.. source.Place.Select(rule => rule.Split('=', 2)).Select(pair => (pair[0], pair[1]))];

    /// <param name="path">Relative, and safe by <see cref="SafePath"/>.</param>
    /// <returns>The full path, or null for what is left out.</returns>
    public string? TargetOf(string path)
    {
        foreach (var (from, to) in _rules)
        {
            var isFolder = from.EndsWith('/');
            if (isFolder ? !path.StartsWith(from, StringComparison.Ordinal) || path.Length == from.Length : path != from)
                continue;
            return to == LeaveOut ? null : Path.GetFullPath(Path.Combine(source.Folder, isFolder ? Path.Combine(to, path[from.Length..]) : to));
        }
        return Path.GetFullPath(Path.Combine(source.Folder, path));
    }
}
