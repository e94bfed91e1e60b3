using Llava.Contracts.Files;

namespace Llava.Model.Mapping;

/// <summary>How a vision tower wants its pictures prepared, in Hugging Face's own file: it travels beside checkpoints, which have no place for it.</summary>
public static class PreprocessorFile
{
    public const string Name = "preprocessor_config.json";

    /// <summary>Puts the source's own file beside another checkpoint, in place of any that is there.</summary>
    /// <param name="sourcePath">Null where the source has none.</param>
    public static void Carry(string? sourcePath, string folder)
    {
        var path = Path.Combine(folder, Name);
        if (sourcePath is null)
            File.Delete(path);
        else
            AtomicFile.WriteAllText(path, File.ReadAllText(sourcePath));
    }
}
