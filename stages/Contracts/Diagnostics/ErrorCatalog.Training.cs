namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode SequenceTooLong = new("LLAVA5050", "a sequence is longer than the model's positions");
}
