namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode LibTorchSharpDoesNotFit = new("LLAVA7050", "libLibTorchSharp.so does not fit this system");
}
