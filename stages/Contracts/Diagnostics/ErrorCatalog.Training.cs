namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
}
