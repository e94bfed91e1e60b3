namespace Llava.Tasks.Staleness;

/// <summary>Why a finished stage no longer is what its plan asks for, in the words that the user reads.</summary>
static class StageReasons
{
    public static IEnumerable<string> Compare(StagePlan was, StagePlan now, StageListing listedBefore, StageListing listedNow) =>
    [
        .. CompareCode(was, now, listedBefore, listedNow),
        .. CompareSettings(was.Settings, now.Settings),
        .. CompareInputs(was.Inputs, now.Inputs, listedBefore, listedNow),
    ];

    public static IEnumerable<string> CompareOutputs(IReadOnlyList<StageOutput> recorded, IReadOnlyList<StageOutput> found)
    {
        var present = found.ToDictionary(output => output.Path);
        foreach (var output in recorded)
        {
            if (!present.Remove(output.Path, out var now))
                yield return $"output {output.Path} is gone";
            else if (now.Digest != output.Digest)
                yield return $"output {output.Path} is not what the stage wrote: {output.Digest.DescribeChange(now.Digest)}";
        }
        foreach (var stray in present.Values)
            yield return $"output {stray.Path} was not written by the stage";
    }

    /// <summary>"package TorchSharp 0.106.0 -> 0.107.0".</summary>
    public static IEnumerable<string> ComparePackages(IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> now) =>
        CompareSettings(was, now).Select(change => $"package {change}");

    static IEnumerable<string> CompareCode(StagePlan was, StagePlan now, StageListing listedBefore, StageListing listedNow) =>
        from name in was.Code.Keys.Union(now.Code.Keys).Order(StringComparer.Ordinal)
        where was.Code.GetValueOrDefault(name) != now.Code.GetValueOrDefault(name)
        select $"code: {listedNow.DescribeChange(Role.Code(name), listedBefore) ?? $"{name} changed"}";

    static IEnumerable<string> CompareSettings(IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> now) =>
        from name in was.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
        let before = was.GetValueOrDefault(name, "(unset)")
        let after = now.GetValueOrDefault(name, "(unset)")
        where before != after
        select $"{name} {before} -> {after}";

    static IEnumerable<string> CompareInputs(IReadOnlyList<StageInput> was, IReadOnlyList<StageInput> now, StageListing listedBefore, StageListing listedNow)
    {
        foreach (var role in was.Concat(now).Select(input => input.Role).Distinct())
        {
            var before = was.Where(input => input.Role == role).Select(input => input.Digest);
            var after = now.Where(input => input.Role == role).Select(input => input.Digest);
            if (!before.SequenceEqual(after))
                yield return $"{role}: {listedNow.DescribeChange(role, listedBefore) ?? "changed"}";
        }
    }
}

static class Role
{
    public static string Code(string project) => $"code {project}";
}
