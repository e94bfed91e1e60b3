namespace Llava.Data.Images;

/// <summary>The path of a picture as a sample names it: untrusted.</summary>
public static class ImagePath
{
    /// <summary>False for an absolute path and for one that <c>..</c> leads out of the folder it is relative to.</summary>
    public static bool StaysInside(string path)
    {
        if (path.StartsWith('/') || path.Contains('\0'))
            return false;
        var depth = 0;
        foreach (var part in path.Split('/'))
        {
            depth += part switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0)
                return false;
        }
        return true;
    }
}
