namespace Llava.Evaluate.Tests;

/// <summary>A folder for one test, gone after it.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("llava-evaluate-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string WriteLines(string name, params string[] lines) => Write(name, string.Concat(lines.Select(line => line + "\n")));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
