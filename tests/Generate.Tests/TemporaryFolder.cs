namespace Llava.Generate.Tests;

/// <summary>A folder for one test, gone after it.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("llava-generate-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
