using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Preprocess.Conversion;

namespace Llava.Preprocess.Parquet;

/// <param name="Number">Which the file's name says, and <c>--range</c> chooses by.</param>
sealed record ParquetShard(string Path, string Name, int Number);

static class ParquetShards
{
    /// <summary>The shards of a dataset inside the range, by number, then by name. Other parquet files are no business of ours.</summary>
    /// <param name="separator">Between the parts of a shard's name.</param>
    /// <param name="numberPart">Which part is the number, from 0.</param>
    /// <exception cref="DiagnosticException">No shard, or an option is missing that parquet sets need.</exception>
    public static IReadOnlyList<ParquetShard> Find(PreprocessOptions options, char separator, int numberPart)
    {
        ThrowIfOptionsAreMissing(options);
        var folder = InputFolder.OrChild(options.Input, "data");
        var (first, end) = options.Range ?? (0, int.MaxValue);
        ParquetShard[] shards = [.. InputFolder.Files(folder, ".parquet")
            .Select(path => ShardOf(path, separator, numberPart))
            .OfType<ParquetShard>()
            .Where(shard => shard.Number >= first && shard.Number < end)
            .OrderBy(shard => shard.Number)];
        return shards.Length > 0 ? shards : throw ErrorCatalog.FileNotFound.Fails(folder, $"there is no parquet file with a number from {first} to below {end}");
    }

    static ParquetShard? ShardOf(string path, char separator, int numberPart)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(path);
        var parts = name.Split(separator);
        return parts.Length > numberPart && int.TryParse(parts[numberPart], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ParquetShard(path, name, number)
            : null;
    }

    static void ThrowIfOptionsAreMissing(PreprocessOptions options) => DiagnosticException.ThrowIfAny(
        [.. new[] { ("--images", options.Images), ("--image-prefix", options.ImagePrefix) }
            .Where(option => option.Item2 is null)
            .Select(option => ErrorCatalog.BadArguments.Says($"{options.Dataset} holds its pictures inside: {option.Item1} is needed"))]);
}
