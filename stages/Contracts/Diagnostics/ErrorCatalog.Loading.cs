namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode LoaderPositionOfOtherData = new("LLAVA3201", "a saved position belongs to other data");
    public static readonly ErrorCode NothingToLoad = new("LLAVA3202", "there are no samples to load");
    public static readonly ErrorCode SequenceLengthsDiffer = new("LLAVA3203", "samples have different sequence lengths");
}
