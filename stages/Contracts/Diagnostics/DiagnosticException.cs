namespace Llava.Contracts.Diagnostics;

/// <summary>A stage cannot go on. Carries every problem found, so that all are reported at once.</summary>
public sealed class DiagnosticException(IReadOnlyList<Diagnostic> diagnostics, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, diagnostics), inner)
{
    public DiagnosticException(Diagnostic diagnostic, Exception? inner = null) : this([diagnostic], inner)
    {
    }

    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;

    public static void ThrowIfAny(IReadOnlyList<Diagnostic> problems)
    {
        if (problems.Any(problem => problem.Severity == Severity.Error))
            throw new DiagnosticException(problems);
    }
}
