namespace Llava.Train.Tests;

/// <summary>Files of the checkout that the tests run from.</summary>
static class Repository
{
    public static string PathOf(string relativePath)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Llava.slnx")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, relativePath);
    }
}
