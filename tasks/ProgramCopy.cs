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
        var copy = new ProgramCopy(folder, Path.Combine(folder, Path.GetFileName(program)));
        try
        {
            copy.Fill(source);
            return copy;
        }
        catch (IOException)
        {
            // Half a copy on a full disk would only keep the space from others.
            copy.Dispose();
            throw;
        }
    }

    void Fill(string source)
    {
        foreach (var file in Directory.EnumerateFiles(source))
            CopyFile(file, Path.Combine(_folder, Path.GetFileName(file)));
        foreach (var subfolder in Directory.EnumerateDirectories(source))
            Directory.CreateSymbolicLink(Path.Combine(_folder, Path.GetFileName(subfolder)), subfolder);
    }

    // The system's copy of a file does not say which one it had no room for.
    static void CopyFile(string source, string target)
    {
        try
        {
            File.Copy(source, target);
        }
        catch (IOException error) when (!error.Message.Contains(target, StringComparison.Ordinal))
        {
            throw new IOException($"{error.Message.TrimEnd('.')} : '{target}'", error.HResult);
        }
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
