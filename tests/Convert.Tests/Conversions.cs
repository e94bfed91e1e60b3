using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Model.Checkpoints;

namespace Llava.Conversion.Tests;

/// <summary>The two conversions that most tests make, and what lies there afterwards.</summary>
static class Conversions
{
    public static Task ImportAsync(string source, string output, CheckpointFormat container = CheckpointFormat.Safetensors, long seed = 0) =>
        ConvertStage.RunAsync(new ConvertOptions(source, ModelFormat.HuggingFace, ModelFormat.ModelZoo, output) { Container = container, Seed = seed }, SilentStageLog.Instance, default);

    public static Task ExportAsync(string source, string output, CheckpointFormat container = CheckpointFormat.Safetensors) =>
        ConvertStage.RunAsync(new ConvertOptions(source, ModelFormat.ModelZoo, ModelFormat.HuggingFace, output) { Container = container }, SilentStageLog.Instance, default);

    public static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];
}
