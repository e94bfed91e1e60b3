using Llava.Contracts.Diagnostics;

namespace Llava.Store;

/// <param name="Path">From the stage's folder, with <c>/</c>.</param>
/// <param name="Sha256">Of the content, lower-case hex; the object's name too.</param>
public sealed record StoredFile(string Path, long SizeBytes, string Sha256)
{
    /// <summary>An entry may come from anywhere: its paths must stay in the stage's folder, its hashes must be file names.</summary>
    /// <exception cref="DiagnosticException">Neither is so.</exception>
    public void RequireHarmless(string entry)
    {
        var isPath = Path.Length > 0 && !Path.Contains('\\') && !Path.Contains('\0') && !System.IO.Path.IsPathRooted(Path) && Path.Split('/').All(part => part is not ("" or "." or ".."));
        if (!isPath)
            throw ErrorCatalog.StoreEntryRefused.Fails(entry, $"names the file \"{Path}\", which does not lie in the stage's folder");
        if (!ObjectName.IsHash(Sha256) || SizeBytes < 0)
            throw ErrorCatalog.StoreEntryRefused.Fails(entry, $"gives {Path} the hash \"{Sha256}\", which is none");
    }
}
