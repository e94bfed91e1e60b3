using System.Globalization;
using Llava.Model.Configuration;
using Llava.Model.Gradients;
using static TorchSharp.torch;

namespace Llava.Model.Tests.Gradients;

/// <summary>A vocabulary so large that a few hundred positions fill several blocks of scores.</summary>
public sealed class HeadLossTests
{
    const int Vocabulary = 1 << 18;
    const int RowLength = 128;

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 2e-2)]
    public void Loss_and_gradients_block_by_block_are_those_of_all_scores_at_once(ScalarType elementType, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var model = Model(elementType);
        var (image, ids, labels, mask) = Batch(rows: 2);
        Assert.InRange(mask.sum().item<long>(), (2 * HeadLoss.PositionsAtOnce(model)) + 1, long.MaxValue);

        var whole = model.Loss(model.forward(image, ids, null), labels, mask);
        whole.backward();
        var expected = TakeGradients(model);
        var loss = AddGradients(model, image, ids, labels, mask);

        Assert.Equal(whole.item<float>(), loss.item<float>(), tolerance);
        foreach (var (name, gradient) in TakeGradients(model))
            Assert.True(gradient.sub(expected[name]).norm().item<float>() <= tolerance * expected[name].norm().item<float>(), name);
        Assert.Contains("text_model.lm_head.weight", expected.Keys);
        Assert.Contains("projector_image_model.ffn.0.linear_layer.weight", expected.Keys);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void The_scores_of_all_positions_never_stand_in_memory(ScalarType elementType)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the kernel's own peak is read");
        using var scope = NewDisposeScope();
        using var model = Model(elementType);
        const int Rows = 4;
        var (image, ids, labels, mask) = Batch(Rows);
        AddGradients(model, image, ids, labels, mask); // what stays: gradients, threads, freed memory that is kept

        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak begins anew
        var before = Kilobytes("VmRSS");
        AddGradients(model, image, ids, labels, mask);
        var growth = (Kilobytes("VmHWM") - before) * 1024;

        Assert.InRange(growth, 0, (sizeof(float) * Rows * RowLength * (long)Vocabulary) - 1);
    }

    static long Kilobytes(string name) =>
        long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    static (Tensor Image, Tensor Ids, Tensor Labels, Tensor Mask) Batch(int rows)
    {
        var labels = randint(0, Vocabulary, [rows, RowLength], ScalarType.Int32, generator: new Generator(2));
        var mask = ones(rows, RowLength, ScalarType.Int32);
        mask[0, 7] = tensor(0);
        return (rand([rows, 3, 56, 56], generator: new Generator(1)), randint(0, Vocabulary, [rows, RowLength], ScalarType.Int32, generator: new Generator(3)), labels, mask);
    }

    static Tensor AddGradients(LlavaModel model, Tensor image, Tensor ids, Tensor labels, Tensor mask)
    {
        using var supervision = Supervision.Of(labels, mask);
        return model.AddGradients(model.ImageFeatures(image), ids, supervision, null, model.LossPerToken(mask.sum().item<long>(), ids.shape[0]));
    }

    static Dictionary<string, Tensor> TakeGradients(LlavaModel model)
    {
        var trained = model.named_parameters().Where(entry => entry.parameter.requires_grad).ToList();
        var gradients = trained.ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone());
        foreach (var (_, parameter) in trained)
            parameter.grad!.zero_();
        return gradients;
    }

    static LlavaModel Model(ScalarType elementType)
    {
        TorchRuntime.UseDefault();
        random.manual_seed(4);
        using var quiet = no_grad();
        var small = GoldenModel.Config("small/", imageStart: 1);
        var model = LlavaModel.Create(small with { TextModel = Narrow(small.TextModel), Projector = Narrow(small.Projector!) }, CPU, elementType);
        model.TrainAllBut(model.named_parameters().Select(entry => entry.name).Where(name => name.StartsWith("image_model", StringComparison.Ordinal)).ToHashSet());
        foreach (var parameter in model.parameters())
            parameter.normal_(0, 0.3);
        return model;
    }

    static TextModelConfig Narrow(TextModelConfig text) => text with { VocabSize = Vocabulary, HiddenSize = 8, NumHeads = 2, NumHiddenLayers = 1, FilterSize = 16, RotaryDim = 4, AttentionModule = "aiayn_attention" };

    static ProjectorSection Narrow(ProjectorSection projector) => projector with { ImageModel = projector.ImageModel! with { LayersUnits = [8, 8] } };
}
