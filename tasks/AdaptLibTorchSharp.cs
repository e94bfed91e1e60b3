using System.Runtime.Versioning;
using Llava.Contracts.Diagnostics;
using Llava.Tasks.LibTorch;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Llava.Tasks;

/// <summary>
/// Makes the copy of libLibTorchSharp.so in an output folder load on systems whose libstdc++ is older than GLIBCXX_3.4.32
/// (Debian 12, Ubuntu 22.04); elsewhere it does nothing. The copy may be a hard link into the package folder, so it is
/// replaced, never written to; size and time stay, so that the next build's copy step finds it unchanged.
/// </summary>
public sealed class AdaptLibTorchSharp : Task
{
    /// <summary>Full path of the library in the output folder.</summary>
    [Required]
    public required string Library { get; set; }

    [UnsupportedOSPlatform("windows")]
    public override bool Execute()
    {
        try
        {
            Adapt();
        }
        catch (InvalidDataException error)
        {
            Report($"cannot be read: {error.Message}");
        }
        return !Log.HasLoggedErrors;
    }

    [UnsupportedOSPlatform("windows")]
    void Adapt()
    {
        var image = new ElfImage(File.ReadAllBytes(Library));
        if (image.VersionNeeded.All(need => need.Name != IosInitializerRebinding.NewVersion))
            return;
        if (SystemLibStdCpp.FindPath() is not { } systemPath)
        {
            Report("needs libstdc++.so.6, which this system does not have: install libstdc++6");
            return;
        }
        var offered = new ElfImage(File.ReadAllBytes(systemPath)).ReadVersionDefinitions();
        var missing = image.VersionNeeded.Where(need => need.Library == "libstdc++.so.6" && !offered.Contains(need.Name)).Select(need => need.Name).ToList();
        if (missing.Count == 0)
            return;
        if (missing is not [IosInitializerRebinding.NewVersion])
            Report($"needs {string.Join(", ", missing)}, which {systemPath} does not offer: a newer system library is needed");
        else if (IosInitializerRebinding.Apply(image) is { } refusal)
            Report($"is not the library this build knows how to adapt to {systemPath}: {refusal}");
        else
            Replace(image.Bytes, systemPath);
    }

    [UnsupportedOSPlatform("windows")]
    void Replace(byte[] bytes, string systemPath)
    {
        var temporary = $"{Library}.{Environment.ProcessId}.partial";
        File.WriteAllBytes(temporary, bytes);
        File.SetUnixFileMode(temporary, File.GetUnixFileMode(Library) | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(Library));
        File.Move(temporary, Library, overwrite: true);
        Log.LogMessage(MessageImportance.High, $"{Library}: {systemPath} does not offer {IosInitializerRebinding.NewVersion}; this copy now does without it");
    }

    void Report(string message)
    {
        var code = ErrorCatalog.LibTorchSharpDoesNotFit.Id;
        Log.LogError(subcategory: null, errorCode: code, helpKeyword: null, file: Library, 0, 0, 0, 0, message);
    }
}
