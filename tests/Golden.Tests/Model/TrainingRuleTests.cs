using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Train.Configuration;
using Llava.Train.Optimization;

namespace Llava.Golden.Tests.Model;

/// <summary>What is frozen, what decays, and the rate of every step.</summary>
public sealed class TrainingRuleTests
{
    const string ModelPrefix = "model.";

    // float32 in the reference, double here: a few units in the last place.
    const double RelativeTolerance = 1e-6;

    [Theory]
    [InlineData(""), InlineData("small/")]
    public void Parameter_groups_are_those_of_the_reference(string prefix)
    {
        var folder = new ModelFolder(prefix);
        using var names = Json(folder, "freeze_semantics.json");
        using var groups = Json(folder, "train_param_groups.json");
        var rule = new WeightDecayRule(Texts(names.RootElement, "named_parameters_order"));
        Comparison.Each(folder.Part, "parameters in groups", groups.RootElement.EnumerateObject(), group =>
        {
            string[] decayed = [.. Texts(group.Value, "decay")], kept = [.. Texts(group.Value, "no_decay")];
            Assert.All(decayed, name => Assert.True(rule.IsDecayed(name[ModelPrefix.Length..]), name));
            Assert.All(kept, name => Assert.False(rule.IsDecayed(name[ModelPrefix.Length..]), name));
            return decayed.Length + kept.Length;
        });
    }

    [Theory]
    [InlineData(""), InlineData("small/")]
    public void Patterns_freeze_what_they_freeze_in_the_reference(string prefix)
    {
        var folder = new ModelFolder(prefix);
        using var golden = Json(folder, "freeze_semantics.json");
        string[] names = [.. Texts(golden.RootElement, "named_parameters_order")];
        Comparison.Each(folder.Part, "freeze patterns", golden.RootElement.EnumerateObject().Where(entry => entry.Name.StartsWith('[')), entry =>
        {
            if (entry.Value.ValueKind == JsonValueKind.String)
            {
                Assert.Throws<DiagnosticException>(() => FreezePatterns.Frozen(PatternsOf(entry.Name), names));
                return 1;
            }
            var frozen = FreezePatterns.Frozen(PatternsOf(entry.Name), names);
            Assert.Equal(entry.Value.GetProperty("frozen").GetInt32(), frozen.Count);
            Assert.Equal(entry.Value.GetProperty("trainable").GetInt32(), names.Length - frozen.Count);
            Assert.Equal(entry.Value.GetProperty("trainable_projector").GetInt32(), names.Count(name => name.StartsWith("projector", StringComparison.Ordinal) && !frozen.Contains(name)));
            Assert.Equal(Texts(entry.Value, "first_trainable"), names.Where(name => !frozen.Contains(name)).Take(entry.Value.GetProperty("first_trainable").GetArrayLength()));
            return 1;
        });
    }

    [Theory]
    [InlineData(""), InlineData("small/")]
    public void Every_step_of_the_documented_runs_has_the_rate_of_the_reference(string prefix)
    {
        var folder = new ModelFolder(prefix);
        var schedules = folder.Arrays("golden_lr_schedules.npz");
        var configurations = Directory.GetFiles(Path.Combine(GoldenSet.Repository, "configs"), "params_*.yaml", SearchOption.AllDirectories).ToLookup(path => Path.GetFileNameWithoutExtension(path));
        Comparison.Each(folder.Part, "learning rates", schedules.Names, name =>
        {
            Assert.SkipWhen(GoldenSet.IsAnother && !configurations.Contains(name), $"configs/ has no {name}.yaml");
            Assert.True(configurations.Contains(name), $"configs/ has no {name}.yaml");
            var expected = schedules[name].Floats();
            var schedule = TrainConfig.Load(configurations[name].First()).Schedule;
            for (var step = 0; step < expected.Length; step++)
                NumpyTensors.AssertNear(expected[step], schedule.At(step), 1e-12 + RelativeTolerance * expected.Max(), $"the rate of step {step}");
            return expected.Length;
        });
    }

    static JsonDocument Json(ModelFolder folder, string file) => JsonDocument.Parse(File.ReadAllText(folder.Require(file)));

    static IEnumerable<string> Texts(JsonElement item, string key) => item.GetProperty(key).EnumerateArray().Select(name => name.GetString()!);

    // The golden keys are Python lists: ['^image_model', 'layers\\.0\\.']
    static IReadOnlyList<string> PatternsOf(string pythonList) =>
        [.. pythonList.Trim('[', ']').Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(item => item.Trim('\'').Replace(@"\\", @"\", StringComparison.Ordinal))];
}
