namespace Llava.Download.Sources;

/// <summary>Names that a server or an archive gives are not trusted: they must stay below the folder they are meant for.</summary>
static class SafePath
{
    const int LongestPath = 1024;
    const int LongestPart = 255;

    /// <summary>What is wrong with a relative path, in words that follow "its name"; null where nothing is.</summary>
    public static string? Complaint(string path)
    {
        if (path.Length is 0 or > LongestPath)
            return path.Length == 0 ? "is empty" : "is too long";
        if (path[0] == '/' || path.Contains('\\') || path.Length > 1 && path[1] == ':')
            return "is not a relative path";
        if (path.Any(char.IsControl))
            return "has control characters";
        var parts = path.Split('/');
        if (parts.Contains(".."))
            return "leaves the folder";
        if (parts.Any(part => part is "" or "."))
            return "has empty parts";
        return parts.Any(part => part.Length > LongestPart) ? "is too long" : null;
    }

    /// <summary>A name as it may stand in a message: short, and without characters that move the cursor.</summary>
    public static string Show(string path)
    {
        var shown = string.Concat(path.Select(character => char.IsControl(character) ? '?' : character));
        return shown.Length <= 200 ? shown : $"{shown[..197]}...";
    }
}
