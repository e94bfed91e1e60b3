using System.Text.RegularExpressions;
using Llava.Contracts.Diagnostics;
using Llava.Model.Configuration;
using Llava.Model.Interop;
using Llava.Model.Layers;
using Llava.Model.Text;
using Llava.Model.Vision;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model;

/// <summary>
/// LLaVA-1.5 (Liu et al. 2023): a vision tower, a projector and a language model. Parameters have the names of ModelZoo's
/// checkpoints (models/multimodal/llava/modeling_llava.py), without its leading <c>model.</c>.
/// </summary>
public sealed class LlavaModel : Module<Tensor, Tensor, Tensor?, Tensor>
{
#pragma warning disable IDE1006 // A field's name is the checkpoint's key.
    internal readonly VisionTower image_model;
    internal readonly TextModel text_model;
    internal readonly FeedForwardNetwork? projector_image_model;
#pragma warning restore IDE1006

    LlavaModel(LlavaModelConfig config, Placement placement) : base(nameof(LlavaModel))
    {
        (Config, Placement) = (config, placement);
        image_model = new(config.ImageModel, placement);
        text_model = new(config.TextModel, placement);
        projector_image_model = config.Projector?.ImageModel is { } projector ? NewProjector(projector, placement) : null;
        RegisterComponents();
        if (config.Peft is { } peft)
            Adapt(peft);
    }

    public LlavaModelConfig Config { get; }

    public Device Device => Placement.Device;

    /// <summary>The number format of what is computed, and of the parameters unless <see cref="TrainAllBut"/> says more.</summary>
    public ScalarType ElementType => Placement.ElementType;

    internal Placement Placement { get; }

    /// <summary>A model whose parameters are not set yet: <see cref="ModelWeights.Load(LlavaModel, IReadOnlyDictionary{string, Tensor})"/> does that.</summary>
    public static LlavaModel Create(LlavaModelConfig config, Device device, ScalarType elementType)
    {
        using var scope = NewDisposeScope();
        return new LlavaModel(config, new Placement(device, elementType));
    }

    /// <summary>
    /// Before the weights are loaded, as the values of what is trained may be lost: the named parameters stay as they are, in the format of
    /// what is computed; all others are trained, and kept in at least float32. With low-rank adapters, the language model's own weights stand still as well.
    /// </summary>
    public void TrainAllBut(IReadOnlySet<string> frozen)
    {
        using var noGradient = no_grad();
        foreach (var (name, parameter) in named_parameters())
        {
            parameter.requires_grad = !frozen.Contains(name) && !(Config.Peft is not null && LowRankAdapter.StandsStill(name));
            if (!parameter.requires_grad || parameter.dtype is ScalarType.Float32 or ScalarType.Float64)
                continue;
            using var precise = empty(parameter.shape, ScalarType.Float32, parameter.device);
            TorchDispatcher.SetData(parameter, precise);
        }
    }

    /// <summary>
    /// Once the weights are loaded, for a model that only answers: its linear layers then take about half the time, and its parameters are
    /// gone. Does nothing where that is not to be had: on a GPU, in other formats than float32, with low-rank adapters.
    /// </summary>
    public void PackForAnswering()
    {
        if (!PackedWeight.CanHold(Placement) || Config.Peft is not null)
            return;
        foreach (var block in text_model.Blocks)
            block.Pack();
        text_model.lm_head?.Pack();
        foreach (var layer in image_model.modules().Concat(projector_image_model?.modules() ?? []).OfType<DenseLayer>())
            layer.Pack();
    }

    // B rows, C channels, Y height, X width, S positions, P image positions, D hidden size, V vocabulary.
    /// <param name="image_data">B x C x Y x X; rows without a picture get a black one.</param>
    /// <param name="text_input_ids">B x S, int32 or int64, with P positions to be overwritten by the picture.</param>
    /// <param name="key_padding_mask">B x S; 1 = do not attend. Null hides nothing.</param>
    /// <returns>Logits, B x S x V.</returns>
    public override Tensor forward(Tensor image_data, Tensor text_input_ids, Tensor? key_padding_mask)
    {
        using var scope = NewDisposeScope();
        var mask = AttentionMask.ForBatch(key_padding_mask, ElementType);
        return scope.MoveToOuter(text_model.Logits(RunText(ImageFeatures(image_data), text_input_ids, mask)));
    }

    /// <summary>What the vision tower sees, before the projector. A frozen tower records nothing for autograd. Worth keeping for a picture that comes again.</summary>
    /// <param name="image_data">B x C x Y x X, normalised.</param>
    /// <returns>B x P x the tower's hidden size.</returns>
    public Tensor ImageFeatures(Tensor image_data)
    {
        using var scope = NewDisposeScope();
        var features_BTD = image_model.Forward(image_data.to(ElementType), Config.VisionBlocksToRun);
        return scope.MoveToOuter(Config.ImageFeatureSelectMode == "patch" ? features_BTD.narrow(1, 1, features_BTD.shape[1] - 1) : features_BTD.alias());
    }

    /// <summary>The language model's output before the head, right at the positions that are not hidden: what a loss needs.</summary>
    /// <param name="imageFeatures_BPW">From <see cref="ImageFeatures"/>.</param>
    /// <returns>B x S x D.</returns>
    public Tensor HiddenStates(Tensor imageFeatures_BPW, Tensor text_input_ids, Tensor? key_padding_mask) =>
        RunText(imageFeatures_BPW, text_input_ids, AttentionMask.ForVisible(key_padding_mask, ElementType));

    /// <summary>Scores of every token of the vocabulary: ... x D to ... x V.</summary>
    public Tensor Logits(Tensor hidden) => text_model.Logits(hidden);

    internal Tensor Project(Tensor imageFeatures_BPW) => projector_image_model?.Forward(imageFeatures_BPW) ?? imageFeatures_BPW.alias();

    Tensor RunText(Tensor imageFeatures_BPW, Tensor text_input_ids, AttentionMask mask)
    {
        using var scope = NewDisposeScope();
        var h_BSD = InputEmbeddings(imageFeatures_BPW, text_input_ids);
        return scope.MoveToOuter(text_model.Forward(h_BSD, text_model.PassOver(h_BSD, mask)));
    }

    // The picture overwrites its positions in every row; a row without one hides them by its mask.
    internal Tensor InputEmbeddings(Tensor imageFeatures_BPW, Tensor text_input_ids)
    {
        using var scope = NewDisposeScope();
        var patches_BPD = Project(imageFeatures_BPW);
        var text_BSD = text_model.Embed(text_input_ids);
        var (start, length) = (Config.ImageStartIdx, text_BSD.shape[1]);
        var end = start + patches_BPD.shape[1];
        return scope.MoveToOuter(cat([text_BSD.narrow(1, 0, start), patches_BPD, text_BSD.narrow(1, end, length - end)], 1));
    }

    void Adapt(PeftConfig peft)
    {
        var target = new Regex(peft.Target, RegexOptions.CultureInvariant);
        var layers = text_model.named_modules().Where(entry => entry.module is DenseLayer && target.IsMatch(entry.name)).Select(entry => (DenseLayer)entry.module).Distinct().ToList();
        if (layers.Count == 0)
            throw new DiagnosticException(ErrorCatalog.FreezePatternMatchesNothing.Says($"model.peft.target: '{peft.Target}' matches no linear layer of the language model"));
        layers.ForEach(layer => layer.Adapt(peft, Placement));
    }

    internal static FeedForwardNetwork NewProjector(ProjectorConfig config, Placement placement)
    {
        var activations = config.LayersUnits.Select((_, layer) => ActivationFunctions.Parse(layer < config.LayersActivation.Count ? config.LayersActivation[layer] : null));
        return new(config.InputUnit, config.LayersUnits, [.. activations], config.UseBias, placement);
    }
}
