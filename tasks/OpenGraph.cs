using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Store;
using Llava.Tasks.Locking;
using Llava.Tasks.Staleness;
using Llava.Tasks.Storing;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>Opens the store, and unless this build only looks keeps other runs off the artifacts folder until it ends.</summary>
public sealed class OpenGraph : GraphTask
{
    /// <summary>In place of a folder.</summary>
    internal const string NoStore = "none";

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // Whoever only looks would rather not know than wait.
    static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(5);

    /// <summary>"wait" or "fail", where another run has the folder.</summary>
    public string OnLock { get; set; } = "";

    /// <summary>Folder of the store; "none" for no store.</summary>
    public string StoreDir { get; set; } = NoStore;

    /// <summary>A folder or <c>s3://bucket/prefix</c> behind the store; empty for none.</summary>
    public string RemoteStore { get; set; } = "";

    public bool LookOnly { get; set; }

    protected override void Run(GraphSession session)
    {
        session.StopOnTermination();
        session.Begin(LookOnly, OpenStore);
        session.Inspector.ReadCode();
        if (!LookOnly && session.Lock is null)
        {
            Lock(session);
            AtomicFile.RemoveLeftBehind(session.GraphFolder);
        }
    }

    StageStore? OpenStore()
    {
        var remote = RemoteStore.Length == 0 ? null : RemoteStores.Open(RemoteStore, LookOnly ? LookPatience : null);
        if (StoreDir != NoStore)
            return new StageStore(new ContentStore(System.IO.Path.GetFullPath(StoreDir)), remote);
        if (remote is not null)
            Log.LogDiagnostic(ErrorCatalog.StoreUnusable.Warns(null, "-p:RemoteStore= is not used, because of -p:StoreDir=none: what comes from there, or goes there, is kept here first"));
        remote?.Dispose();
        return null;
    }

    void Lock(GraphSession session)
    {
        var said = "";
        while ((session.Lock = ArtifactsLock.TryTake(session.GraphFolder, out var holder)) is null)
        {
            if (OnLock == "fail")
                throw ErrorCatalog.ArtifactsInUse.Fails(ArtifactsDir, $"in use by {holder}");
            if (said != holder)
                Log.LogMessage(MessageImportance.High, "{0}", $"{ArtifactsDir} is in use by {said = holder}; waiting");
            if (session.Stopping.WaitHandle.WaitOne(Interval))
                throw ErrorCatalog.StageStopped.Fails(ArtifactsDir, "stopped while waiting for another run");
        }
    }
}
