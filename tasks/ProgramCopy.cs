using System.Diagnostics;
using System.Globalization;

namespace Llava.Tasks;

/// <summary>
/// A copy of the program for one long run: a rebuild must not replace a dll that a training has mapped. The native
/// libraries are linked, not copied: the build replaces them by renaming, which leaves a mapped one whole.
/// </summary>
sealed class ProgramCopy : IDisposable
{
    readonly string _folder;

    ProgramCopy(string folder, string program) => (_folder, Program) = (folder, program);

    public string Program { get; }

    public static ProgramCopy Make(string program, string artifactsDir, string stage)
    {
        var source = Path.GetDirectoryName(program)!;
        var prefix = $"tools-{stage.Replace('/', '-')}-";
        var graphFolder = Directory.CreateDirectory(Path.GetFullPath(Path.Combine(artifactsDir, ".graph"))).FullName;
        RemoveLeftBehind(graphFolder, prefix);
        var folder = Directory.CreateDirectory(Path.Combine(graphFolder, prefix + Environment.ProcessId)).FullName;
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        foreach (var subfolder in Directory.EnumerateDirectories(source))
            Directory.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(subfolder)), subfolder);
        return new ProgramCopy(folder, Path.Combine(folder, Path.GetFileName(program)));
    }

    // A killed build cannot tidy up after itself.
    static void RemoveLeftBehind(string graphFolder, string prefix)
    {
        foreach (var folder in Directory.EnumerateDirectories(graphFolder, prefix + "*"))
        {
            if (!int.TryParse(Path.GetFileName(folder)[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var process) || !IsRunning(process))
                Directory.Delete(folder, recursive: true);
        }
    }

    static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return processId != Environment.ProcessId && !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
