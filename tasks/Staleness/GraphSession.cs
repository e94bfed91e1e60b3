using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Tasks.Locking;
using Llava.Tasks.Storing;
using Microsoft.Build.Framework;

namespace Llava.Tasks.Staleness;

/// <summary>What the tasks of one build share: hashes already known, definitions checked, verdicts reached. MSBuild disposes it at the build's end.</summary>
public sealed class GraphSession : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly FingerprintCache _cache;
    readonly string _toolStampPath;
    readonly FileStamp _toolStamp;
    IDisposable? _termination;
    bool _storeIsForLooking;

    GraphSession(string root, string artifactsFolder)
    {
        GraphFolder = Path.Combine(artifactsFolder, ".graph");
        _cache = FingerprintCache.Load(GraphFolder, _stop.Token);
        Inspector = new StageInspector(root, artifactsFolder, _cache);
        Root = root;
        _toolStampPath = Path.Combine(root, "artifacts", "build", "tools.stamp");
        _toolStamp = FileStamp.Of(_toolStampPath);
    }

    public string Root { get; }

    /// <summary>Plans, listings and caches: nothing in it is an output.</summary>
    public string GraphFolder { get; }

    public StageInspector Inspector { get; }

    public Dictionary<string, StageDefinition> Definitions { get; } = [];

    public List<StageVerdict> Verdicts { get; } = [];

    /// <summary>Of each stage that is to run, when its inputs had been written to: what is written and put back while it runs leaves their content as it was.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, string>> Writes { get; } = [];

    /// <summary>Another run has built the tools from other sources than those that this build has read.</summary>
    public bool ToolsAreOthers => FileStamp.Of(_toolStampPath) != _toolStamp;

    /// <summary>Held from the first stage's check to the end of the build; null while only looking.</summary>
    public ArtifactsLock? Lock { get; set; }

    /// <summary>Null where the user wants none.</summary>
    public StageStore? Store { get; private set; }

    /// <summary>A build may look, work and look again (<c>-t:Check;All;Status</c>): what was found before is no longer so, and who works has more patience with a store.</summary>
    public void Begin(bool looksOnly, Func<StageStore?> openStore)
    {
        Verdicts.Clear();
        Inspector.Forget();
        if (Store is null || _storeIsForLooking != looksOnly)
        {
            Store?.Dispose();
            Store = openStore();
        }
        _storeIsForLooking = looksOnly;
    }

    public static GraphSession Create(string root, string artifactsFolder) => new(root, artifactsFolder);

    /// <summary>The session of the build that <paramref name="engine"/> runs.</summary>
    public static GraphSession Of(IBuildEngine engine, string root, string artifactsFolder)
    {
        var key = $"llava graph {artifactsFolder}";
        var registry = (IBuildEngine4)engine;
        if (registry.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.Build) is GraphSession known)
            return known;
        var session = Create(root, artifactsFolder);
        registry.RegisterTaskObject(key, session, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        return session;
    }

    /// <summary>Cancelled when the build is told to end; what takes long looks at it.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>From here to the build's end, SIGTERM makes the next or running task of the graph fail: the dotnet command alone would end the build as if it had succeeded.</summary>
    public void StopOnTermination() => _termination ??= StageProcess.OnTermination(Stop);

    public void Stop() => _stop.Cancel();

    /// <exception cref="DiagnosticException">The build was told to end.</exception>
    public void ThrowIfStopped()
    {
        if (_stop.IsCancellationRequested)
            throw new DiagnosticException(ErrorCatalog.StageStopped.Says("the run was stopped; what was finished before is whole, and the same command goes on from there"));
    }

    public StageFiles FilesOf(string stage) => new(Path.Combine(GraphFolder, stage.Replace('/', '-')));

    /// <summary>Remembers what was hashed so far.</summary>
    public void Save() => _cache.Save();

    public void Dispose()
    {
        try
        {
            if (Directory.Exists(GraphFolder))
                Save();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A full disk, or one that may only be looked at: what was learned is learned again.
        }
        _termination?.Dispose();
        Store?.Dispose();
        Lock?.Dispose();
    }
}

/// <summary>A stage's files in the graph's folder.</summary>
/// <param name="Prefix">Full path up to the ending.</param>
public sealed record StageFiles(string Prefix)
{
    /// <summary>The plan that is asked for; newer than <c>stage.json</c> while the stage has to run.</summary>
    public string Want => Prefix + ".want.json";

    public string WantedListing => Prefix + ".want.tsv";

    /// <summary>The files of the plan that <c>stage.json</c> records.</summary>
    public string DoneListing => Prefix + ".done.tsv";

    /// <summary>The last finished run's record, kept while the stage runs again.</summary>
    public string Previous => Prefix + ".previous.json";

    /// <summary>Key of the run that has started: half-done work is taken up again only under the same key.</summary>
    public string Begun => Prefix + ".begun";

    /// <summary>There while the recorded stage is not in the store, or not in the remote one.</summary>
    public string Unstored => Prefix + ".unstored";

    /// <summary>Which remote store has the stage, and under which key.</summary>
    public string Shared => Prefix + ".shared";
}
