using Llava.Contracts.Diagnostics;

namespace Llava.Download.Http;

/// <summary>A request failed.</summary>
/// <param name="isPassing">Trying again may help.</param>
sealed class TransferException(ErrorCode code, string message, bool isPassing, Exception? inner = null) : Exception(message, inner)
{
    public ErrorCode Code { get; } = code;

    public bool IsPassing { get; } = isPassing;

    /// <summary>How long the server asked to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static TransferException Passing(string message, Exception? inner = null) => new(ErrorCatalog.TransferFailed, message, isPassing: true, inner);
}
