namespace Llava.Conversion.Certificates;

/// <summary>What a certificate calls the files of a source: the same wherever the source lies.</summary>
sealed class SourceNames(string source, IEnumerable<string> weights)
{
    readonly string _folder = Path.TrimEndingDirectorySeparator(Directory.Exists(source) ? Path.GetFullPath(source) : FolderOf(source));
    readonly HashSet<string> _weightFolders = [.. weights.Select(FolderOf)];

    /// <summary>Relative to the source's folder, also from a pair's other one; the name alone for a yaml or a tokenizer from elsewhere.</summary>
    public string Of(string file)
    {
        var full = Path.GetFullPath(file);
        var belongs = full.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || _weightFolders.Contains(FolderOf(full));
        return belongs ? Path.GetRelativePath(_folder, full).Replace('\\', '/') : Path.GetFileName(full);
    }

    static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file))!;
}
