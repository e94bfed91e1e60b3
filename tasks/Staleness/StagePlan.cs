using System.Security.Cryptography;
using System.Text;

namespace Llava.Tasks.Staleness;

/// <summary>
/// What a stage would be made from now. Its <see cref="Key"/> is a hash over code, settings and inputs: two plans with one
/// key give the same outputs.
/// </summary>
/// <param name="Stage">The stage's name: "phase1-hdf5", "preprocess/chartqa".</param>
/// <param name="Directory">Its output folder, full path.</param>
/// <param name="Code">Digest of each source project and lock file that the stage runs.</param>
/// <param name="Settings">Resolved settings: yaml values by <c>file: key.path</c>, properties by name.</param>
public sealed record StagePlan(
    string Stage,
    string Directory,
    IReadOnlyDictionary<string, string> Code,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<StageInput> Inputs)
{
    /// <summary>The yaml files behind the settings, with their hashes: an unchanged file need not be parsed. Not part of the key.</summary>
    public IReadOnlyDictionary<string, string> SettingsFiles { get; init; } = new Dictionary<string, string>();

    public string Key { get; } = Hash(Code, Settings, Inputs);

    public string ManifestPath => Path.Combine(Directory, StageManifest.FileName);

    static string Hash(IReadOnlyDictionary<string, string> code, IReadOnlyDictionary<string, string> settings, IReadOnlyList<StageInput> inputs)
    {
        var text = new StringBuilder();
        foreach (var (name, digest) in code.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append("code\0").Append(name).Append('\0').Append(digest).Append('\n');
        foreach (var (name, value) in settings.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append("setting\0").Append(name).Append('\0').Append(value).Append('\n');
        foreach (var input in inputs)
            text.Append("input\0").Append(input.Role).Append('\0').Append(input.Digest.Sha256).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
