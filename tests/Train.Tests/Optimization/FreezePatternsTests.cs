using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Tests;
using Llava.Train.Optimization;

namespace Llava.Train.Tests.Optimization;

public sealed class FreezePatternsTests
{
    [Fact]
    public void Patterns_freeze_what_they_freeze_in_the_reference()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(GoldenData.Require("small/model/freeze_semantics.json")));
        string[] names = [.. golden.RootElement.GetProperty("named_parameters_order").EnumerateArray().Select(name => name.GetString()!)];
        foreach (var entry in golden.RootElement.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.Object))
        {
            var frozen = FreezePatterns.Frozen(PatternsOf(entry.Name), names);

            Assert.Equal(entry.Value.GetProperty("frozen").GetInt32(), frozen.Count);
            Assert.Equal(entry.Value.GetProperty("trainable").GetInt32(), names.Length - frozen.Count);
            Assert.Equal(entry.Value.GetProperty("trainable_projector").GetInt32(), names.Count(name => name.StartsWith("projector", StringComparison.Ordinal) && !frozen.Contains(name)));
            Assert.Equal(entry.Value.GetProperty("first_trainable").EnumerateArray().Select(name => name.GetString()), names.Where(name => !frozen.Contains(name)).Take(3));
        }
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("cls_embedding")]
    public void A_pattern_that_matches_no_leaf_module_is_an_error(string pattern)
    {
        var error = Assert.Throws<DiagnosticException>(() => FreezePatterns.Frozen([pattern], ["image_model.embedding_layer.cls_embedding", "text_model.lm_head.weight"]));

        Assert.Equal($"llava: error LLAVA5002: model.freeze: '{pattern}' matches no module of the model", error.Message);
    }

    [Fact]
    public void Every_bad_pattern_is_reported()
    {
        var error = Assert.Throws<DiagnosticException>(() => FreezePatterns.Frozen(["nope", "("], ["text_model.lm_head.weight"]));

        Assert.Equal(["LLAVA5002", "LLAVA1006"], error.Diagnostics.Select(problem => problem.Code.Id));
    }

    // The golden keys are Python lists: ['^image_model', 'layers\\.0\\.']
    static IReadOnlyList<string> PatternsOf(string pythonList) =>
        [.. pythonList.Trim('[', ']').Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(item => item.Trim('\'').Replace(@"\\", @"\", StringComparison.Ordinal))];
}
