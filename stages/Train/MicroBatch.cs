using System.Globalization;
using Llava.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train;

/// <summary>Rows that go through the model together, on the model's device, without the padding at the end of all of them.</summary>
/// <param name="Images_BCYX">Normalised pictures, float32; black for a row without one.</param>
/// <param name="TokenIds_BS">int32.</param>
/// <param name="Supervision">Where the rows have a loss.</param>
/// <param name="Hidden_BS">int32: 1 = do not attend. Null where rows hide nothing but their own ends, which needs no mask.</param>
/// <param name="SampleIndices">Rows of the data set, for messages.</param>
/// <param name="SupervisedTokens">Sum of the loss mask.</param>
sealed record MicroBatch(
    Tensor Images_BCYX,
    Tensor TokenIds_BS,
    Supervision Supervision,
    Tensor? Hidden_BS,
    IReadOnlyList<long> SampleIndices,
    long SupervisedTokens) : IDisposable
{
    const int SamplesShown = 8;

    public long Rows => TokenIds_BS.shape[0];

    public long Tokens => TokenIds_BS.numel();

    /// <summary>
    /// This, moved: from page-locked memory and without waiting, so that the copy runs while the host goes on. Freed memory of both
    /// kinds stays as it is until the copy has been made.
    /// </summary>
    public MicroBatch On(Device device)
    {
        if (device.type == DeviceType.CPU)
            return this;
        using (this)
            return this with
            {
                Images_BCYX = Uploaded(Images_BCYX, device),
                TokenIds_BS = Uploaded(TokenIds_BS, device),
                Supervision = new Supervision(Uploaded(Supervision.Positions_N, device), Uploaded(Supervision.Labels_N, device), Uploaded(Supervision.Mask_N, device)),
                Hidden_BS = Hidden_BS is null ? null : Uploaded(Hidden_BS, device),
            };
    }

    static Tensor Uploaded(Tensor tensor, Device device)
    {
        if (device.type != DeviceType.CUDA)
            return tensor.to(device);
        using var pinned = tensor.pin_memory();
        return pinned.to(device, non_blocking: true);
    }

    /// <summary>All of them: in an error, whoever looks for the bad one needs each.</summary>
    public static string List(IEnumerable<long> sampleIndices) => string.Join(", ", sampleIndices.Select(index => index.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The first few: there may be hundreds of thousands.</summary>
    public static string Describe(IEnumerable<long> sampleIndices)
    {
        var all = sampleIndices.ToList();
        return all.Count <= SamplesShown ? List(all) : string.Create(CultureInfo.InvariantCulture, $"{List(all.Take(SamplesShown))}, … ({all.Count} in all)");
    }

    public void Dispose()
    {
        Images_BCYX.Dispose();
        TokenIds_BS.Dispose();
        Supervision.Dispose();
        Hidden_BS?.Dispose();
    }
}
