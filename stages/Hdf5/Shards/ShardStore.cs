using System.Security.Cryptography;
using System.Text;
using Llava.Hdf5.Documents;

namespace Llava.Hdf5.Shards;

/// <summary>
/// What became of each input file, in <c>.shards/</c> of the output folder: one file for each, named by a hash of all that decides its
/// content. A run takes over what is there, so that a run that was killed, or that has one more dataset, repeats little.
/// </summary>
sealed class ShardStore
{
    /// <summary>The build's <c>CreateHdf5</c> knows this name too: it keeps the folder when it clears the stage's.</summary>
    public const string FolderName = ".shards";

    const string Suffix = ".samples";

    readonly string _folder;
    readonly string _key;
    readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <param name="key">Of <see cref="ShardKey"/>.</param>
    public ShardStore(string output, string key)
    {
        _folder = Directory.CreateDirectory(Path.Combine(output, FolderName)).FullName;
        _key = key;
        foreach (var unfinished in Directory.EnumerateFiles(_folder, "*.partial"))
            File.Delete(unfinished);
    }

    /// <summary>Where the shard of an input file with this content is, or is to be.</summary>
    public string PathFor(string contentHash)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_key} {contentHash}")).AsSpan(0, 16)) + Suffix;
        _used.Add(name);
        return Path.Combine(_folder, name);
    }

    /// <summary>Whether a shard is there and each image still is, or is not, where it was.</summary>
    public static bool Holds(string path, ImageFiles images)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            using var shard = new ShardReader(path);
            foreach (var outcome in shard.Outcomes())
            {
                if (outcome.Image is { } image && images.Check(image.Path) != image)
                    return false;
            }
            return true;
        }
        catch (Exception damage) when (damage is EndOfStreamException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Removes the shards that this run did not ask for: their inputs or settings are no more.</summary>
    public void RemoveUnused()
    {
        foreach (var path in Directory.EnumerateFiles(_folder, "*" + Suffix).Where(path => !_used.Contains(Path.GetFileName(path))).ToArray())
            File.Delete(path);
    }
}
