namespace Llava.Tasks.Staleness;

/// <summary>Decides whether a stage has to run, and leaves its plan where MSBuild's own timestamp check finds it.</summary>
sealed class StageChecker(GraphSession session)
{
    /// <param name="upstream">Stages whose outputs this one reads, as far as they are known not to be fresh.</param>
    public StageVerdict Check(StageDefinition definition, IReadOnlyList<string> upstream)
    {
        session.Definitions[definition.Stage] = definition;
        var files = session.FilesOf(definition.Stage);
        var done = StageManifest.TryRead(Path.Combine(definition.Directory, StageManifest.FileName));
        var (plan, listing) = session.Inspector.Plan(definition, done?.Plan);
        var last = done ?? StageManifest.TryRead(files.Previous, definition.Directory);
        return new StageVerdict(definition.Stage, definition.Directory, Reasons(definition, plan, listing, done, last), upstream, last) { Plan = plan, Listing = listing };
    }

    /// <summary>Makes the plan newer than the stage's record when it has to run, older when it has not.</summary>
    public void Want(StageVerdict verdict)
    {
        var files = session.FilesOf(verdict.Stage);
        var done = new FileInfo(verdict.Plan!.ManifestPath);
        if (verdict.IsFresh && File.Exists(files.Want))
        {
            if (File.GetLastWriteTimeUtc(files.Want) >= done.LastWriteTimeUtc)
                File.SetLastWriteTimeUtc(files.Want, done.LastWriteTimeUtc.AddSeconds(-1));
            return;
        }
        Llava.Contracts.Files.AtomicFile.WriteAllBytes(files.Want, StageManifestJson.Write(verdict.Plan));
        verdict.Listing!.Write(files.WantedListing);
        if (verdict.IsFresh)
            File.SetLastWriteTimeUtc(files.Want, done.LastWriteTimeUtc.AddSeconds(-1));
        else if (done.Exists && File.GetLastWriteTimeUtc(files.Want) <= done.LastWriteTimeUtc)
            File.SetLastWriteTimeUtc(files.Want, done.LastWriteTimeUtc.AddSeconds(1));
    }

    string[] Reasons(StageDefinition definition, StagePlan plan, StageListing listing, StageManifest? done, StageManifest? last)
    {
        var files = session.FilesOf(plan.Stage);
        if (done is not null)
            return [.. Changes(definition, plan, listing, done, files), .. StageReasons.CompareOutputs(done.Outputs, session.Inspector.Outputs(plan.Directory)), .. WatchedFiles.Changes(plan.Directory, definition.WatchRoot)];
        if (File.Exists(files.Begun))
            return File.ReadAllText(files.Begun) == plan.Key ? ["its last run was interrupted; it goes on from there"] : [.. ChangesSinceBegun(plan, listing, files)];
        if (File.Exists(plan.ManifestPath))
            return ["its record cannot be read"];
        return [last is null ? "it has not run yet" : "its record is gone"];
    }

    // The plan that was begun is the last one that was asked for.
    static IEnumerable<string> ChangesSinceBegun(StagePlan plan, StageListing listing, StageFiles files)
    {
        var begun = StageManifestJson.TryReadPlan(files.Want, plan.Directory);
        return begun?.Key == File.ReadAllText(files.Begun)
            ? StageReasons.Compare(begun, plan, StageListing.Read(files.WantedListing), listing).Select(change => $"its last run was interrupted, and since then: {change}")
            : ["its last run was interrupted, and its inputs have changed since"];
    }

    IEnumerable<string> Changes(StageDefinition definition, StagePlan plan, StageListing listing, StageManifest done, StageFiles files) => done.Plan.Key == plan.Key
        ? []
        :
        [
            .. StageReasons.Compare(done.Plan, plan, StageListing.Read(files.DoneListing), listing),
            .. StageReasons.ComparePackages(done.Packages, session.Inspector.Packages(definition)),
        ];
}
