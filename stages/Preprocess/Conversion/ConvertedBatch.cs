using Llava.Contracts.Files;
using Llava.Preprocess.Shards;

namespace Llava.Preprocess.Conversion;

/// <param name="Lines">Finished lines of the output, each with its newline.</param>
/// <param name="Written">How many lines that is.</param>
/// <param name="Pictures">Written for them.</param>
/// <param name="InputPosition">How far the input file is read with this batch, in bytes.</param>
sealed record ConvertedBatch(ReadOnlyMemory<byte> Lines, int Written, IReadOnlyList<QuarantinedSample> Quarantined, IReadOnlyList<StoredFile> Pictures, long InputPosition);
