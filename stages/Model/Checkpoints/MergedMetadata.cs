namespace Llava.Model.Checkpoints;

/// <summary>The texts beside the tensors of several files as those of one; where two disagree, both are kept.</summary>
static class MergedMetadata
{
    const string Separator = "; ";

    public static IReadOnlyDictionary<string, string> Of(IEnumerable<ICheckpointReader> checkpoints) =>
        checkpoints.SelectMany(checkpoint => checkpoint.Metadata)
            .GroupBy(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => string.Join(Separator, group.Distinct(StringComparer.Ordinal)), StringComparer.Ordinal);
}
