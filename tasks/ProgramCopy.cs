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
        var folder = Path.GetFullPath(Path.Combine(artifactsDir, ".graph", $"tools-{stage.Replace('/', '-')}-{Environment.ProcessId}"));
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        foreach (var subfolder in Directory.EnumerateDirectories(source))
            Directory.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(subfolder)), subfolder);
        return new ProgramCopy(folder, Path.Combine(folder, Path.GetFileName(program)));
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
