using Llava.Contracts.Diagnostics;
using Llava.Train.Optimization;

namespace Llava.Train.Tests.Optimization;

public sealed class FreezePatternsTests
{
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
}
