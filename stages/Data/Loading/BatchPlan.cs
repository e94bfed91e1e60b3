namespace Llava.Data.Loading;

/// <summary>Cuts the row of samples into batches.</summary>
sealed record BatchPlan(int BatchSize, bool DropLast, LoaderPass Pass)
{
    /// <summary>Start of each batch and its number of samples.</summary>
    public IEnumerable<(LoaderPosition Start, int Count)> From(LoaderPosition position)
    {
        var epoch = position.Epoch;
        while (Pass == LoaderPass.Endless || position.Epoch == epoch)
        {
            var left = position.SamplesPerEpoch - position.NextIndex;
            var crossesEpochs = Pass == LoaderPass.Endless && DropLast;
            var count = crossesEpochs ? BatchSize : (int)Math.Min(BatchSize, left);
            yield return (position, count);
            position = position.Advance(count);
        }
    }
}
