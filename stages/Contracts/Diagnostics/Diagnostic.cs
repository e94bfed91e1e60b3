namespace Llava.Contracts.Diagnostics;

public enum Severity { Warning, Error }

/// <summary>One problem: where, which code, what, and how to mend it. Its text is MSBuild's canonical form.</summary>
public sealed record Diagnostic(ErrorCode Code, string Message, SourceLocation? Location = null, Severity Severity = Severity.Error)
{
    /// <summary>On one line, whatever it is about.</summary>
    public string Message { get; init; } = PlainText.OneLine(Message);

    /// <summary><c>path(line,col): error LLAVA1234: text</c>; without a place, the program's name stands for it.</summary>
    public override string ToString() =>
        $"{Location?.ToString() ?? "llava"}: {(Severity == Severity.Error ? "error" : "warning")} {Code.Id}: {Message}";
}
