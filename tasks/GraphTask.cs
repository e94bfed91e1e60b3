using Llava.Contracts.Diagnostics;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Llava.Tasks;

/// <summary>A task that works on the graph's records: problems become coded build errors, never stack traces.</summary>
public abstract class GraphTask : Task
{
    /// <summary>The checkout's folder.</summary>
    [Required]
    public string Root { get; set; } = "";

    [Required]
    public string ArtifactsDir { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            var session = GraphSession.Of(BuildEngine, System.IO.Path.GetFullPath(Root), System.IO.Path.GetFullPath(ArtifactsDir));
            if (session.Store is { } store)
                (store.Say, store.Warn) = (message => Log.LogMessage(MessageImportance.High, "  {0}", message), Log.LogDiagnostic);
            Run(session);
        }
        catch (DiagnosticException problems)
        {
            foreach (var diagnostic in problems.Diagnostics)
                Log.LogDiagnostic(diagnostic);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.LogDiagnostic(ErrorCatalog.CannotWrite.Says(error.Message));
        }
        return !Log.HasLoggedErrors;
    }

    protected abstract void Run(GraphSession session);
}
