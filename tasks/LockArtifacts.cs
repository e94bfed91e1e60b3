using Llava.Contracts.Diagnostics;
using Llava.Tasks.Locking;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>Keeps other runs off the artifacts folder until this build ends.</summary>
public sealed class LockArtifacts : GraphTask, ICancelableTask
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    readonly ManualResetEventSlim _cancelled = new();

    /// <summary>"wait" or "fail", where another run has the folder.</summary>
    public string OnLock { get; set; } = "";

    public void Cancel() => _cancelled.Set();

    protected override void Run(GraphSession session)
    {
        if (OnLock is not ("" or "wait" or "fail"))
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"-p:OnLock= is wait or fail, not \"{OnLock}\""));
        if (session.Lock is not null)
            return;
        var said = "";
        while ((session.Lock = ArtifactsLock.TryTake(session.GraphFolder, out var holder)) is null)
        {
            if (OnLock == "fail")
                throw ErrorCatalog.ArtifactsInUse.Fails(ArtifactsDir, $"in use by {holder}");
            if (said != holder)
                Log.LogMessage(MessageImportance.High, "{0}", $"{ArtifactsDir} is in use by {said = holder}; waiting");
            if (_cancelled.Wait(Interval))
                throw ErrorCatalog.StageStopped.Fails(ArtifactsDir, "stopped while waiting for another run");
        }
    }
}
