using System.Globalization;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Loading;

/// <summary>
/// A place in the endless row of samples, between two of them; goes into a checkpoint as JSON. Independent of batch size and workers.
/// </summary>
/// <param name="Epoch">From 0.</param>
/// <param name="NextIndex">Samples of this epoch that have been used.</param>
/// <param name="SamplesPerEpoch">Of the data that it belongs to.</param>
/// <param name="ShuffleSeed">Of the data that it belongs to; null when unshuffled.</param>
public sealed record LoaderPosition(long Epoch, long NextIndex, long SamplesPerEpoch, long? ShuffleSeed)
{
    /// <summary>The place <paramref name="samples"/> further on.</summary>
    internal LoaderPosition Advance(long samples)
    {
        var index = NextIndex + samples;
        return this with { Epoch = Epoch + index / SamplesPerEpoch, NextIndex = index % SamplesPerEpoch };
    }

    /// <exception cref="DiagnosticException">This position was saved with other data than <paramref name="start"/>'s.</exception>
    internal void ThrowUnlessOf(LoaderPosition start, string folder)
    {
        if ((SamplesPerEpoch, ShuffleSeed) == (start.SamplesPerEpoch, start.ShuffleSeed) && Epoch >= 0 && NextIndex >= 0 && NextIndex < SamplesPerEpoch)
            return;
        throw ErrorCatalog.LoaderPositionOfOtherData.Fails(folder, $"the position was saved with {Describe()}, but here are {start.Describe()}");
    }

    string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{SamplesPerEpoch} samples an epoch, {(ShuffleSeed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"shuffle seed {seed}") : "unshuffled")}");
}
