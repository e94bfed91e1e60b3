using System.Text.Json;
using Llava.Contracts.Files;

namespace Llava.Tasks.Staleness;

/// <summary>
/// <c>stage.json</c>: what a finished stage was made from, what it wrote, and how long it took. It is written last, so that
/// its presence means that the stage is whole; it is removed when the stage starts again.
/// </summary>
public sealed record StageManifest(
    StagePlan Plan,
    IReadOnlyList<StageOutput> Outputs,
    IReadOnlyDictionary<string, double> Counts,
    double Seconds,
    string GitCommit,
    DateTimeOffset FinishedAt,
    IReadOnlyDictionary<string, string> Packages)
{
    public const string FileName = "stage.json";

    /// <summary>The manifest, or null where there is none that can be read: both mean that the stage has to run.</summary>
    /// <param name="directory">The stage's folder, where it is not the file's own.</param>
    public static StageManifest? TryRead(string path, string? directory = null)
    {
        return File.Exists(path) ? TryParse(File.ReadAllBytes(path), directory ?? Path.GetDirectoryName(path)!) : null;
    }

    /// <summary>As <see cref="TryRead"/>, of bytes from anywhere.</summary>
    public static StageManifest? TryParse(byte[] utf8, string directory)
    {
        try
        {
            return StageManifestJson.Read(utf8, directory);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    public void Write() => AtomicFile.WriteAllBytes(Plan.ManifestPath, StageManifestJson.Write(this));
}
