using Llava.Model.Checkpoints;

namespace Llava.Model.Mapping;

/// <summary>From the names under which a model is seen back to those in its files.</summary>
public static class StoredNames
{
    /// <summary>The tensor as its own file has it, behind every mapping and renaming.</summary>
    public static TensorInfo StoredAs(this ICheckpointReader reader, TensorInfo tensor) => reader switch
    {
        MappedCheckpoint mapped => mapped.OriginOf(tensor).Reader.StoredAs(mapped.OriginOf(tensor).Source),
        RenamedCheckpoint renamed => renamed.Source.StoredAs(renamed.OriginOf(tensor)),
        _ => tensor,
    };
}
