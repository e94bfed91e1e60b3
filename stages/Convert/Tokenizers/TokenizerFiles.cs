using Llava.Contracts.Files;

namespace Llava.Conversion.Tokenizers;

/// <summary>The files of a tokenizer, which travel with a model unchanged.</summary>
static class TokenizerFiles
{
    static readonly string[] Names = ["tokenizer.model", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];

    /// <summary>Those of its files that are there.</summary>
    public static IEnumerable<string> In(string? folder) => folder is null ? [] : Names.Select(name => Path.Combine(folder, name)).Where(File.Exists);

    /// <summary>Before anything is written: whether the files are what their names say.</summary>
    /// <exception cref="Contracts.Diagnostics.DiagnosticException">One of them is not.</exception>
    public static void CheckReadable(string? folder)
    {
        if (folder is not null)
            TokenizerLength.Of(folder, int.MaxValue);
    }

    /// <param name="source">Null: there is none.</param>
    public static void Replace(string? source, string target)
    {
        foreach (var name in Names)
        {
            var path = source is null ? null : Path.Combine(source, name);
            if (File.Exists(path))
                AtomicFile.WriteAllBytes(Path.Combine(target, name), File.ReadAllBytes(path));
            else
                File.Delete(Path.Combine(target, name));
        }
    }
}
