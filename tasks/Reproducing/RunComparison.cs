namespace Llava.Tasks.Reproducing;

/// <summary>
/// A run beside the one that was committed. Every setting, input and output must be the same; code and packages may differ as long as they
/// change nothing, and are named as reasons where something does. On a machine that computes floats otherwise, what depends on them is not comparable.
/// </summary>
sealed class RunComparison
{
    const string Absent = "(none)";

    readonly List<string> _differences = [];
    readonly List<string> _notComparable = [];
    readonly RunManifest _was;
    readonly RunManifest _now;

    RunComparison(RunManifest was, RunManifest now) => (_was, _now) = (was, now);

    /// <summary>What is other than the manifest has it.</summary>
    public IReadOnlyList<string> Differences => _differences;

    /// <summary>What differs and may, because the machine is another.</summary>
    public IReadOnlyList<string> NotComparable => _notComparable;

    public int FilesAlike { get; private set; }

    public bool IsSameMachine => _was.Machine == _now.Machine;

    public static RunComparison Of(RunManifest was, RunManifest now)
    {
        var comparison = new RunComparison(was, now);
        var found = now.Stages.ToDictionary(stage => stage.Stage);
        foreach (var stage in was.Stages)
        {
            if (found.Remove(stage.Stage, out var other))
                comparison.Compare(stage, other);
            else
                comparison._differences.Add($"{stage.Stage} did not run");
        }
        comparison._differences.AddRange(found.Keys.Order(StringComparer.Ordinal).Select(stage => $"{stage} is not in the manifest"));
        return comparison;
    }

    void Compare(RunStage was, RunStage now)
    {
        var settings = Changes(was.Settings, now.Settings).Select(change => $"setting {change.Name} is {change.Now}, not {change.Was}").ToArray();
        _differences.AddRange(settings.Select(setting => $"{was.Stage}: {setting}"));
        var inputs = Inputs(was, now).ToArray();
        foreach (var (role, text) in inputs)
            Differs(was.Stage, text, isFloat: RunStage.IsFloat(role));
        var why = Why([.. settings, .. inputs.Select(input => $"input {input.Role} differs")], was, now);
        var files = Changes(was.Files, now.Files).ToArray();
        foreach (var (name, before, after) in files)
            Differs(was.Stage, $"{name} has sha256 {after}, not {before}: {why}", was.HasFloats);
        FilesAlike += now.Files.Count(file => was.Files.GetValueOrDefault(file.Key) == file.Value);
    }

    void Differs(string stage, string text, bool isFloat) => (isFloat && !IsSameMachine ? _notComparable : _differences).Add($"{stage}: {text}");

    string Why(string[] ofThisRun, RunStage was, RunStage now)
    {
        string[] reasons =
        [
            .. ofThisRun,
            .. Changes(was.Code, now.Code).Select(change => $"code of {change.Name} differs"),
            .. Changes(_was.Packages, _now.Packages).Select(change => $"package {change.Name} is {change.Now}, not {change.Was}"),
        ];
        return reasons.Length > 0
            ? string.Join(", ", reasons)
            : "settings, inputs, code and packages are those of the manifest";
    }

    static IEnumerable<(string Role, string Text)> Inputs(RunStage was, RunStage now) =>
        from role in was.Inputs.Concat(now.Inputs).Select(input => input.Role).Distinct()
        let before = Hashes(was, role)
        let after = Hashes(now, role)
        where before != after
        select (role, $"input {role} has sha256 {after}, not {before}");

    static string Hashes(RunStage stage, string role) =>
        stage.Inputs.Any(input => input.Role == role) ? string.Join(' ', stage.Inputs.Where(input => input.Role == role).Select(input => input.Sha256)) : Absent;

    static IEnumerable<(string Name, string Was, string Now)> Changes(IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> now) =>
        from name in was.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
        let before = was.GetValueOrDefault(name, Absent)
        let after = now.GetValueOrDefault(name, Absent)
        where before != after
        select (name, before, after);
}
