using Llava.Contracts.Diagnostics;
using Llava.Conversion.Formats;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>A folder that a conversion fills loses the checkpoint that it held: it must not be the source's. Nor may a pair get a second language model.</summary>
static class SourceProtection
{
    /// <exception cref="DiagnosticException">A folder to be filled is, contains or lies in one with the source's files.</exception>
    public static void Check(ConvertOptions options, ConversionSource source)
    {
        var others = LlavaCheckpoint.TextFolders.Except(HuggingFaceExport.Folders);
        if (options.TargetFormat == ModelFormat.HuggingFace && others.FirstOrDefault(name => Directory.Exists(Path.Combine(options.Output, name))) is { } other)
            throw ErrorCatalog.OutputHoldsSource.Fails(options.Output, $"{other}/ is there already, and beside it {HuggingFaceExport.TextFolder}/ would be a second language model; give --output another folder");
        var certificate = RealPath(options.Output);
        string[] filled = [.. FoldersFilled(options).Select(RealPath)];
        var mayLieWithin = File.Exists(options.Source); // the folder of a single file is not the source's own
        foreach (var file in source.WeightFiles)
        {
            foreach (var folder in FoldersOf(file))
            {
                if (folder == certificate || filled.Any(target => IsWithin(folder, target) || (!mayLieWithin && IsWithin(target, folder))))
                    throw Refused(options, file);
            }
        }
        if (source.Companions.FirstOrDefault(file => FoldersOf(file).Any(filled.Contains)) is { } companion)
            throw Refused(options, companion);
    }

    static string[] FoldersFilled(ConvertOptions options) =>
        options.TargetFormat == ModelFormat.HuggingFace ? [.. HuggingFaceExport.Folders.Select(name => Path.Combine(options.Output, name))] : [options.Output];

    static DiagnosticException Refused(ConvertOptions options, string file) =>
        ErrorCatalog.OutputHoldsSource.Fails(options.Output, $"the source's {file} would be written over or beside; give --output a folder that has nothing to do with the source's");

    // A file of a download may be a link into a store of contents.
    static string[] FoldersOf(string file) =>
    [
        RealPath(Path.GetDirectoryName(Path.GetFullPath(file))!),
        Path.GetDirectoryName(RealPath(file))!,
    ];

    static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path without any link in it, as far as it exists.</summary>
    static string RealPath(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        var real = Path.Combine(RealPath(parent), Path.GetFileName(full));
        return Path.Exists(real) && new FileInfo(real).ResolveLinkTarget(returnFinalTarget: false) is { } target ? RealPath(target.FullName) : real;
    }
}
