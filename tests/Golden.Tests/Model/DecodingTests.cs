using Llava.Model.Decoding;
using static Llava.Golden.Tests.Model.NumpyTensors;
using static TorchSharp.torch;

namespace Llava.Golden.Tests.Model;

public sealed class DecodingTests
{
    const double LogitTolerance = 1e-4;

    [Theory]
    [InlineData(""), InlineData("small/")]
    public void Scores_of_the_first_tokens_equal_the_reference(string prefix)
    {
        var folder = new ModelFolder(prefix);
        // Packed, as every answer on a CPU is made, and plain, as on a GPU.
        foreach (var isPacked in new[] { false, true })
            Comparison.Each(folder.Part, isPacked ? "decoded samples, packed" : "decoded samples", GoldenSet.Files(folder.Part, "golden_client_init_*.npz"), file => Compare(folder, file, isPacked));
    }

    static long Compare(ModelFolder folder, string file, bool isPacked)
    {
        using var scope = NewDisposeScope();
        var golden = folder.Arrays(file);
        using var model = folder.Load(imageStart: 1);
        if (isPacked)
            model.PackForAnswering();
        using var quiet = no_grad();
        int[] ids = [.. golden["input_ids"].Integers().Select(id => (int)id)];
        var features = golden.Has("pixel_values") ? model.ImageFeatures(golden["pixel_values"].ToTensor()).select(0, 0) : null;

        var (batch, logits) = DecodingBatch.Start(model, [(ids, features)], (int)golden["generated_ids"].Count);
        using var disposal = batch;
        AssertNear(golden["first_logits"], logits.squeeze(0), LogitTolerance, "the first logits");
        if (!golden.Has("step_logits"))
            return 1;
        var generated = golden["generated_ids"].Integers();
        var rows = new List<Tensor> { logits };
        for (var step = 1; step < golden["step_logits"].Shape[0]; step++)
            rows.Add(batch.Step([(int)generated[step]]));
        AssertNear(golden["step_logits"], cat(rows, 0), LogitTolerance, "the logits of the steps");
        return 1;
    }
}
