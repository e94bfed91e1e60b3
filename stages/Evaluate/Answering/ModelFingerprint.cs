using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Llava.Evaluate.Answering;

/// <summary>
/// A digest of a model's files, so that answers of another one are never taken for its own. The path of the vision tower in
/// <c>config.json</c> is left out: the same model in another folder is the same model.
/// </summary>
static class ModelFingerprint
{
    const string VisionTowerKey = "mm_vision_tower";
    const string ConfigName = "config.json";
    const string NeighbouringTower = "../image_model";

    // The build's record of how the model was made lies beside it; the time in it is no property of the model.
    const string BuildRecord = "stage.json";

    /// <param name="modelPath">The LLaVA folder, the folder with <c>image_model</c> beside it, or a checkpoint file.</param>
    /// <param name="output">Where answers go: should that lie within the model's folder, it is no part of the model.</param>
    /// <param name="hashes">Keeps the hashes of the weights from one benchmark to the next.</param>
    public static string Of(string modelPath, string output, FileHashCache hashes)
    {
        var answers = Path.GetFullPath(output) + Path.DirectorySeparatorChar;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (File.Exists(modelPath))
            Append(digest, Path.GetFileName(modelPath), modelPath, hashes);
        foreach (var folder in Folders(modelPath))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != BuildRecord && !hashes.IsKeptIn(file) && !Path.GetFullPath(file).StartsWith(answers, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
                Append(digest, Path.GetRelativePath(folder, file), file, hashes);
        }
        hashes.Save();
        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    static IEnumerable<string> Folders(string modelPath)
    {
        if (!Directory.Exists(modelPath))
            yield break;
        yield return modelPath;
        var config = Path.Combine(modelPath, ConfigName);
        if (!File.Exists(config))
            yield break;
        var named = ReadConfig(config)?[VisionTowerKey]?.ToString() ?? NeighbouringTower;
        string[] places = [Path.Combine(modelPath, named), Path.Combine(modelPath, NeighbouringTower)];
        if (Array.Find(places, Directory.Exists) is { } tower)
            yield return tower;
    }

    static void Append(IncrementalHash digest, string name, string path, FileHashCache hashes)
    {
        digest.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
        digest.AppendData(Path.GetFileName(path) == ConfigName ? ConfigDigest(path) : Convert.FromHexString(hashes.Of(new FileInfo(path))));
    }

    static byte[] ConfigDigest(string path)
    {
        if (ReadConfig(path) is not { } config)
            return SHA256.HashData(File.ReadAllBytes(path));
        config.Remove(VisionTowerKey);
        return SHA256.HashData(Encoding.UTF8.GetBytes(config.ToJsonString()));
    }

    // What is wrong with a damaged one is for whoever loads the model to say.
    static JsonObject? ReadConfig(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
