using System.Text.Json;

namespace Llava.Golden.Tests.Model;

/// <summary>How far a run may be off: a multiple of how far the reference in float32 is from itself in float64.</summary>
sealed record TrainingNoise(double Loss, double GradientNorm, double Weights)
{
    // What another order of summation may do.
    const double Factor = 5;

    // The losses are stored in float32: one unit in the last place of a loss of 8 to 16 is 9.5e-7.
    const double Float32Grain = 1e-6;

    public static TrainingNoise Of(ModelFolder folder, int phase)
    {
        using var floor = JsonDocument.Parse(File.ReadAllText(folder.Require("train_noise_floor.json")));
        JsonElement[] measured = [.. floor.RootElement.EnumerateObject().Where(entry => entry.Name.EndsWith($"phase{phase}/fp32_vs_fp64", StringComparison.Ordinal)).Select(entry => entry.Value)];
        double Of(string key) => measured.Max(run => run.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0);
        return new TrainingNoise(Of("max_dloss") * Factor + Float32Grain, Of("max_dgradnorm") * Factor + Float32Grain, Math.Max(Of("max_dprojector"), Of("max_dtext")) * Factor);
    }
}
