using System.Globalization;
using static TorchSharp.torch;

namespace Llava.Train;

/// <summary>Rows that go through the model together, on the model's device, without the padding at the end of all of them.</summary>
/// <param name="Images_BCYX">Normalised pictures, float32; black for a row without one.</param>
/// <param name="TokenIds_BS">int32.</param>
/// <param name="Labels_BS">int32: the token ids shifted by one.</param>
/// <param name="LossMask_BS">int32: 1 = supervised.</param>
/// <param name="KeyPaddingMask_BS">int32: 1 = do not attend.</param>
/// <param name="SampleIndices">Rows of the data set, for messages.</param>
/// <param name="SupervisedTokens">Sum of the loss mask.</param>
sealed record MicroBatch(
    Tensor Images_BCYX,
    Tensor TokenIds_BS,
    Tensor Labels_BS,
    Tensor LossMask_BS,
    Tensor KeyPaddingMask_BS,
    IReadOnlyList<long> SampleIndices,
    long SupervisedTokens) : IDisposable
{
    const int SamplesShown = 8;

    public long Rows => TokenIds_BS.shape[0];

    public long Tokens => TokenIds_BS.numel();

    public static string Describe(IEnumerable<long> sampleIndices)
    {
        var all = sampleIndices.ToList();
        var shown = string.Join(", ", all.Take(SamplesShown).Select(index => index.ToString(CultureInfo.InvariantCulture)));
        return all.Count <= SamplesShown ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown}, … ({all.Count} in all)");
    }

    public void Dispose()
    {
        Images_BCYX.Dispose();
        TokenIds_BS.Dispose();
        Labels_BS.Dispose();
        LossMask_BS.Dispose();
        KeyPaddingMask_BS.Dispose();
    }
}
