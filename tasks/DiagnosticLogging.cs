using Llava.Contracts.Diagnostics;
using Microsoft.Build.Utilities;

namespace Llava.Tasks;

/// <summary>Hands a coded problem to MSBuild with its place, so that an editor can jump to it.</summary>
static class DiagnosticLogging
{
    public static void LogDiagnostic(this TaskLoggingHelper log, Diagnostic diagnostic)
    {
        var (path, line, column) = (diagnostic.Location?.Path, diagnostic.Location?.Line ?? 0, diagnostic.Location?.Column ?? 0);
        if (diagnostic.Severity == Severity.Error)
            log.LogError(null, diagnostic.Code.Id, null, path, line, column, 0, 0, "{0}", diagnostic.Message);
        else
            log.LogWarning(null, diagnostic.Code.Id, null, path, line, column, 0, 0, "{0}", diagnostic.Message);
    }
}
