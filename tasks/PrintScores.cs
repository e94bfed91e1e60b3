using System.Text.Json;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Llava.Tasks;

/// <summary>The scores of every benchmark that has been evaluated, as its <c>score.json</c> words them.</summary>
public sealed class PrintScores : Task
{
    [Required]
    public string EvaluateDir { get; set; } = "";

    public ITaskItem[] Benchmarks { get; set; } = [];

    public override bool Execute()
    {
        foreach (var benchmark in Benchmarks)
        {
            var path = System.IO.Path.Combine(EvaluateDir, benchmark.ItemSpec, "score.json");
            if (!File.Exists(path))
                continue;
            using var score = JsonDocument.Parse(File.ReadAllBytes(path));
            var lines = score.RootElement.TryGetProperty("summary", out var summary) ? summary.EnumerateArray().Select(line => line.GetString()!) : [score.RootElement.GetRawText()];
            foreach (var line in lines)
                Log.LogMessage(MessageImportance.High, "{0}", $"{benchmark.ItemSpec}: {line}");
        }
        return true;
    }
}
