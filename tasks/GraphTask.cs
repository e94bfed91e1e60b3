using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>A task that works on the graph's records.</summary>
public abstract class GraphTask : CodedTask, ICancelableTask
{
    GraphSession? _session;

    /// <summary>The checkout's folder.</summary>
    [Required]
    public string Root { get; set; } = "";

    [Required]
    public string ArtifactsDir { get; set; } = "";

    protected sealed override void Run()
    {
        var session = GraphSession.Of(BuildEngine, System.IO.Path.GetFullPath(Root), System.IO.Path.GetFullPath(ArtifactsDir));
        if (session.Store is { } store)
            (store.Say, store.Warn) = (message => Log.LogMessage(MessageImportance.High, "  {0}", message), Log.LogDiagnostic);
        _session = session;
        session.ThrowIfStopped();
        try
        {
            Run(session);
        }
        catch (OperationCanceledException) when (session.Stopping.IsCancellationRequested)
        {
            // The words for it follow.
        }
        session.ThrowIfStopped();
    }

    /// <summary>Ctrl-C.</summary>
    public void Cancel() => _session?.Stop();

    protected abstract void Run(GraphSession session);
}
