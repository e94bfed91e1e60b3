using Llava.Contracts.Diagnostics;
using Llava.Tasks.Checking;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>Finds all that is wrong with how datasets and benchmarks are described, before the first of them is read.</summary>
public sealed class CheckItems : CodedTask
{
    public ITaskItem[] Datasets { get; set; } = [];

    public ITaskItem[] Benchmarks { get; set; } = [];

    /// <summary>
    /// Names of metadata. Their own: Of ("dataset" or "benchmark"); Required; what it may be (<see cref="ValueRule"/>); Path="true" where it names a file or folder, Suffixes
    /// ("|"-separated) of which that folder must hold one.
    /// </summary>
    [Required]
    public ITaskItem[] Rules { get; set; } = [];

    /// <summary>"dataset", "benchmark": whose files must be there by now.</summary>
    public string[] Present { get; set; } = [];

    [Required]
    public string ArtifactsDir { get; set; } = "";

    protected override void Run()
    {
        Check("dataset", Datasets);
        Check("benchmark", Benchmarks);
    }

    void Check(string kind, ITaskItem[] items)
    {
        // As MSBuild tells items apart.
        foreach (var twice in items.GroupBy(item => item.ItemSpec, StringComparer.OrdinalIgnoreCase).Where(named => named.Count() > 1))
            Refuse(twice.Last(), $"{twice.Count()} {kind}s are called {twice.Key}, and would write to one folder");
        var rules = Rules.Where(rule => rule.GetMetadata("Of") == kind).Select(rule => (rule, values: ValueRule.Of(rule))).ToArray();
        foreach (var item in items)
        {
            foreach (var (rule, values) in rules)
                Check(kind, item, rule, values);
        }
    }

    void Check(string kind, ITaskItem item, ITaskItem rule, ValueRule values)
    {
        var value = item.GetMetadata(rule.ItemSpec);
        if (value.Length == 0)
        {
            if (rule.GetMetadata("Required") == "true")
                Refuse(item, $"{kind} {item.ItemSpec} has no {rule.ItemSpec}");
        }
        else if (!values.Allows(value))
            Refuse(item, $"{kind} {item.ItemSpec}: {rule.ItemSpec} is {values.Description}, not \"{value}\"");
        else if (rule.GetMetadata("Path") == "true" && Present.Contains(kind) && SourcePath.Problem(value, ArtifactsDir, rule.GetMetadata("Suffixes").Split('|', StringSplitOptions.RemoveEmptyEntries)) is { } problem)
            Log.LogDiagnostic(ErrorCatalog.StageInputMissing.At(value, $"{kind} {item.ItemSpec} is not here: {problem}"));
    }

    void Refuse(ITaskItem item, string problem) => Log.LogDiagnostic(ErrorCatalog.UnknownItem.At(item.GetMetadata("DefiningProjectFullPath"), problem));
}
