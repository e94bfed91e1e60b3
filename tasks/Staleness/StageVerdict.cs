namespace Llava.Tasks.Staleness;

/// <summary>What a check found: a stage is fresh, or has reasons to run; it may also wait for an earlier stage that has.</summary>
/// <param name="WaitsFor">Stages that this one reads and that are not fresh themselves.</param>
/// <param name="Last">The last finished run, where there was one.</param>
public sealed record StageVerdict(string Stage, string Directory, IReadOnlyList<string> Reasons, IReadOnlyList<string> WaitsFor, StageManifest? Last)
{
    /// <summary>What the stage would be made from now; null where an input does not exist yet.</summary>
    public StagePlan? Plan { get; init; }

    public StageListing? Listing { get; init; }

    /// <summary>Stages checked before this one whose outputs it reads.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>Stale, but the store has what a run would write.</summary>
    public bool IsStored { get; init; }

    public bool IsFresh => Reasons.Count == 0 && WaitsFor.Count == 0;

    /// <summary>"fresh"; "stale", for reasons of its own; "stored", the same but without work; or "waits", because of others.</summary>
    public string State => this switch
    {
        { IsFresh: true } => "fresh",
        { IsStored: true } => "stored",
        { Reasons.Count: > 0 } => "stale",
        _ => "waits",
    };
}
