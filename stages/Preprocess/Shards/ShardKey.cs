using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Llava.Contracts.Files;
using Llava.Data.Json;
using Llava.Preprocess.Verification;

namespace Llava.Preprocess.Shards;

/// <summary>What decides an output beside its input's content. Which shards are chosen, how many are bad and how many threads work does not.</summary>
static class ShardKey
{
    public static string Of(PreprocessOptions options)
    {
        string?[] parts =
        [
            options.CodeVersion ?? OwnCodeVersion(),
            options.Dataset,
            options.ImagePrefix,
            options.Seed.ToString(CultureInfo.InvariantCulture),
            options.Mend ? "mend" : "",
            // Decides which pictures of a parquet set are found damaged; others are looked at later.
            options.Images is not null && options.VerifyImages == PictureVerification.Full ? "full" : "",
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
    }

    /// <summary>A module's version id is a hash of its code, in a deterministic build.</summary>
    static string OwnCodeVersion() => string.Join(' ', new[] { typeof(ShardKey), typeof(PythonValue), typeof(AtomicFile) }.Select(type => type.Module.ModuleVersionId));
}
