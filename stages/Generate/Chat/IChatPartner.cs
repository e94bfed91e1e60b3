using Llava.Contracts.Diagnostics;

namespace Llava.Generate.Chat;

/// <summary>Who a chat is held with: the terminal.</summary>
public interface IChatPartner
{
    /// <summary>The next line; null at the end of the talk.</summary>
    Task<string?> ReadLineAsync(CancellationToken cancellation);

    void Say(string piece);

    /// <summary>The answer is over.</summary>
    /// <param name="remark">Why, where not by itself; null otherwise.</param>
    void EndAnswer(string? remark);

    void Explain(Diagnostic problem);

    /// <summary>A signal that stops the answer that is about to begin, until it is disposed of.</summary>
    IDisposable BeginAnswer(CancellationTokenSource stop);
}
