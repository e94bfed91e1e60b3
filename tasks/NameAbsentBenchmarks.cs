using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Llava.Tasks;

/// <summary>Says which declared benchmarks were not run because their files are not here, which file each lacks, and where it is to be had.</summary>
public sealed class NameAbsentBenchmarks : Task
{
    static readonly string[] Paths = ["Questions", "Images", "Annotations", "Needs"];

    /// <summary>With the metadata of a benchmark and its Source; or with the Property alone that names no folder.</summary>
    public ITaskItem[] Benchmarks { get; set; } = [];

    public override bool Execute()
    {
        if (Benchmarks.Length > 0)
            Log.LogMessage(MessageImportance.High, "{0}", string.Join(Environment.NewLine, Lines()));
        return true;
    }

    IEnumerable<string> Lines()
    {
        yield return $"{Benchmarks.Length} benchmarks were not run, because their files are not here:";
        foreach (var benchmark in Benchmarks.Where(item => item.GetMetadata("Property").Length == 0))
            yield return $"  {benchmark.ItemSpec}: no {string.Join(", no ", Missing(benchmark))}; {benchmark.GetMetadata("Source")}";
        foreach (var group in Benchmarks.Where(item => item.GetMetadata("Property").Length > 0).GroupBy(item => item.GetMetadata("Property")))
            yield return $"  {string.Join(", ", group.Select(item => item.ItemSpec))}: -p:{group.Key}= names no folder";
        if (Benchmarks.Any(item => item.GetMetadata("Property") is "" or "EvalDir"))
            yield return "-p:EvalDir=FOLDER: eval.zip of the LLaVA repository unpacked, and beside it what its docs/Evaluation.md says";
        if (Benchmarks.Any(item => item.GetMetadata("Property") is not ("" or "EvalDir")))
            yield return "-p:ChartQA=FOLDER and the like: -t:Download brings what may be fetched there, and names what is to be fetched by hand";
    }

    static IEnumerable<string> Missing(ITaskItem benchmark) =>
        Paths.SelectMany(name => benchmark.GetMetadata(name).Split(';')).Where(path => path.Length > 0 && !System.IO.Path.Exists(path)).Distinct();
}
