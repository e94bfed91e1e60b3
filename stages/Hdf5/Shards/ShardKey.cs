using System.Security.Cryptography;
using System.Text;
using Llava.Contracts.Files;
using Llava.Data.Tokenization;
using Llava.Hdf5.Configuration;

namespace Llava.Hdf5.Shards;

/// <summary>
/// What decides the rows of an input file beside its content and the images that there are: the code, the tokenizer and the settings
/// of a single row. How rows are cut into files, in what order and on how many threads is not part of it.
/// </summary>
static class ShardKey
{
    public static string Of(Hdf5Config config, string? codeVersion)
    {
        var processing = config.Processing;
        IEnumerable<string> parts =
        [
            codeVersion ?? OwnCodeVersion(),
            config.Setup.DatasetProcessor,
            (config.Dataset with { ImageDir = null }).ToString(),
            FormattableString.Invariant($"{processing.MaxSeqLength} {processing.EosId} {processing.PadId}"),
            .. LlamaTokenizer.FilesOf(processing.HuggingfaceTokenizer).Select(path => $"{Path.GetFileName(path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}"),
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
    }

    /// <summary>A module's version id is a hash of its code, in a deterministic build.</summary>
    static string OwnCodeVersion() => string.Join(' ', new[] { typeof(ShardKey), typeof(LlamaTokenizer), typeof(AtomicFile) }.Select(type => type.Module.ModuleVersionId));
}
