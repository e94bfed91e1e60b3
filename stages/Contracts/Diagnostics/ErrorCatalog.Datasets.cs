namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode TooManyQuarantined = new("LLAVA2001", "too many samples cannot be used");
}
