using Llava.Contracts.Diagnostics;

namespace Llava.Generate.Chat;

/// <summary>Who a chat is held with: the terminal.</summary>
public interface IChatPartner
{
    /// <summary>The next line; null at the end of the talk.</summary>
    Task<string?> ReadLineAsync(CancellationToken cancellation);

    /// <param name="stop">Stops the answer, until <see cref="EndAnswer"/>.</param>
    void BeginAnswer(CancellationTokenSource stop);

    void Say(string piece);

    /// <summary>The answer is over.</summary>
    /// <param name="remark">Why, where not by itself; null otherwise.</param>
    void EndAnswer(string? remark);

    void Explain(Diagnostic problem);
}
