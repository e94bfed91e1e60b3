using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Model.Configuration;

namespace Llava.Model.Mapping;

/// <summary>The configuration of a Hugging Face pair and the <c>model</c> section of ModelZoo's yaml, each from the other.</summary>
public static partial class ConfigMapping
{
    static readonly string[] VisionTypes = ["clip", "clip_vision_model"];
    static readonly string[] VisionArchitectures = ["CLIPModel", "CLIPVisionModel", "CLIPVisionModelWithProjection"];
    static readonly string[] TextTypes = ["llama", "llava", "llava_llama"];
    static readonly string[] TextArchitectures = ["LlamaForCausalLM", "LlavaLlamaForCausalLM"];

    // Every layer has its row in the table: a damaged number must not make it endless.
    const int MaximumLayers = 1000;

    /// <param name="visionPath">Where <paramref name="vision"/> was read, for messages; likewise <paramref name="textPath"/>.</param>
    /// <exception cref="DiagnosticException">With everything that ModelZoo's model cannot express.</exception>
    public static LlavaModelConfig ToModelZoo(ClipVisionConfig vision, string visionPath, LlavaTextConfig text, string textPath)
    {
        DiagnosticException.ThrowIfAny(
        [
            .. UnsupportedNames(visionPath, vision.ModelType, VisionTypes, vision.Architectures, VisionArchitectures),
            .. UnsupportedNames(textPath, text.ModelType, TextTypes, text.Architectures, TextArchitectures),
        ]);
        DiagnosticException.ThrowIfAny([.. VisionProblems(vision, visionPath), .. TextProblems(text, vision, textPath)]);
        var config = Derived(vision, text);
        DiagnosticException.ThrowIfAny([.. ConfigRules.Problems(config).Select(problem => ErrorCatalog.BadModelConfig.At(
            problem.Key.StartsWith("image_model.", StringComparison.Ordinal) ? visionPath : textPath, $"as ModelZoo's model.{problem.Key}: {problem.Message}"))]);
        return config;
    }

    static LlavaModelConfig Derived(ClipVisionConfig vision, LlavaTextConfig text) =>
        new()
        {
            Freeze = text.TuneMmMlpAdapter ? ["^image_model", "^text_model"] : ["^image_model"],
            ImageFeatureSelectLayerIdx = text.MmVisionSelectLayer < 0 ? text.MmVisionSelectLayer : text.MmVisionSelectLayer - 1,
            ImageFeatureSelectMode = text.MmVisionSelectFeature,
            ImageStartIdx = 1,
            MixedPrecision = true,
            ImageModel = VisionModel(vision),
            TextModel = TextModel(text),
            Projector = new ProjectorSection { ImageModel = Projector(vision.HiddenSize, text) },
        };

    /// <param name="path">Where the yaml was read, for messages.</param>
    /// <exception cref="DiagnosticException">With everything that the Hugging Face classes cannot express.</exception>
    public static (ClipVisionConfig Vision, LlavaTextConfig Text) ToHuggingFace(LlavaModelConfig config, string path)
    {
        DiagnosticException.ThrowIfAny([.. InexpressibleKeys.Of(config).Select(problem => ErrorCatalog.BadModelConfig.At(path, $"model.{problem.Key} {problem.Message}"))]);
        return (Vision(config.ImageModel), Text(config));
    }

    static VisionModelConfig VisionModel(ClipVisionConfig vision) => new()
    {
        Name = "ViTModel",
        HiddenSize = vision.HiddenSize,
        NumHiddenLayers = vision.NumHiddenLayers,
        NumHeads = vision.NumAttentionHeads,
        FilterSize = vision.IntermediateSize,
        ImageSize = [vision.ImageSize, vision.ImageSize],
        PatchSize = [vision.PatchSize, vision.PatchSize],
        NumChannels = vision.NumChannels,
        Nonlinearity = vision.HiddenAct,
        LayerNormEpsilon = vision.LayerNormEps,
        InitializerRange = vision.InitializerRange,
        UseConvPatchifiedEmbedding = true,
        UseEmbedProjBias = false,
        UsePostEmbedLayerNorm = true,
    };

    static TextModelConfig TextModel(LlavaTextConfig text) => new()
    {
        Name = "LlamaModel",
        VocabSize = text.VocabSize,
        HiddenSize = text.HiddenSize,
        NumHiddenLayers = text.NumHiddenLayers,
        NumHeads = text.NumAttentionHeads,
        FilterSize = text.IntermediateSize,
        MaxPositionEmbeddings = text.MaxPositionEmbeddings,
        RotaryDim = text.HiddenSize / text.NumAttentionHeads,
        RopeTheta = text.RopeTheta ?? 10000,
        PosScalingFactor = ScalingFactor(text) ?? 1.0,
        AttentionModule = HasGroups(text) ? "multiquery_attention" : "aiayn_attention",
        ExtraAttentionParams = new ExtraAttentionConfig { NumKvGroups = HasGroups(text) ? text.NumKeyValueHeads : null },
        LayerNormEpsilon = text.RmsNormEps,
        InitializerRange = text.InitializerRange,
        ShareEmbeddingWeights = false,
        PositionEmbeddingType = "rotary",
        NormType = "rmsnorm",
        Nonlinearity = "swiglu",
        DropoutRate = 0,
        UseProjectionBiasInAttention = false,
        UseFfnBiasInAttention = false,
        UseFfnBias = false,
    };

    static ProjectorConfig Projector(int visionHidden, LlavaTextConfig text)
    {
        var layers = ProjectorLayers(text)!.Value;
        return new ProjectorConfig
        {
            Name = "FeedForwardNetwork",
            InputUnit = visionHidden,
            LayersUnits = [.. Enumerable.Repeat(text.HiddenSize, layers)],
            LayersActivation = [.. Enumerable.Repeat<string?>("gelu", layers - 1), null],
            UseBias = true,
        };
    }

    static ClipVisionConfig Vision(VisionModelConfig vision) => new()
    {
        HiddenAct = vision.Nonlinearity,
        HiddenSize = vision.HiddenSize,
        ImageSize = vision.ImageSize[0],
        InitializerRange = vision.InitializerRange,
        IntermediateSize = vision.FilterSize,
        LayerNormEps = vision.LayerNormEpsilon,
        NumAttentionHeads = vision.NumHeads,
        NumHiddenLayers = vision.NumHiddenLayers,
        PatchSize = vision.PatchSize[0],
        NumChannels = vision.NumChannels,
    };

    static LlavaTextConfig Text(LlavaModelConfig config) => new()
    {
        HiddenSize = config.TextModel.HiddenSize,
        InitializerRange = config.TextModel.InitializerRange,
        IntermediateSize = config.TextModel.FilterSize,
        MaxPositionEmbeddings = config.TextModel.MaxPositionEmbeddings,
        NumAttentionHeads = config.TextModel.NumHeads,
        NumHiddenLayers = config.TextModel.NumHiddenLayers,
        NumKeyValueHeads = config.TextModel.KeyValueHeads == config.TextModel.NumHeads ? null : config.TextModel.KeyValueHeads,
        RmsNormEps = config.TextModel.LayerNormEpsilon,
        RopeScaling = config.TextModel.PosScalingFactor == 1.0 ? null : new() { ["type"] = config.TextModel.PosScalingType, ["factor"] = config.TextModel.PosScalingFactor },
        RopeTheta = config.TextModel.RopeTheta == 10000 ? null : config.TextModel.RopeTheta,
        VocabSize = config.TextModel.VocabSize,
        MmProjectorType = string.Create(CultureInfo.InvariantCulture, $"mlp{config.Projector!.ImageModel!.LayersUnits.Count}x_gelu"),
        TuneMmMlpAdapter = config.Freeze.Any(pattern => pattern is "^text_model" or "text_model"),
        MmVisionSelectLayer = config.ImageFeatureSelectLayerIdx < 0 ? config.ImageFeatureSelectLayerIdx : config.ImageFeatureSelectLayerIdx + 1,
        MmVisionSelectFeature = config.ImageFeatureSelectMode,
        MmHiddenSize = config.ImageModel.HiddenSize,
        ModelType = "llava",
        Architectures = ["LlavaLlamaForCausalLM"],
        PadTokenId = 0,
    };

    static IEnumerable<Diagnostic> UnsupportedNames(string path, string type, string[] types, IReadOnlyList<string>? architectures, string[] supported)
    {
        if (!types.Contains(type))
            yield return ErrorCatalog.UnsupportedArchitecture.At(path, $"model_type \"{type}\" does not convert; supported are {string.Join(", ", types)}");
        foreach (var architecture in (architectures ?? []).Except(supported))
            yield return ErrorCatalog.UnsupportedArchitecture.At(path, $"the architecture {architecture} does not convert; supported are {string.Join(", ", supported)}");
    }

    static IEnumerable<Diagnostic> VisionProblems(ClipVisionConfig vision, string path)
    {
        if (vision.HiddenAct is not ("gelu" or "quick_gelu"))
            yield return ErrorCatalog.BadModelConfig.At(path, $"hidden_act is \"{vision.HiddenAct}\"; supported are quick_gelu, gelu");
        if (vision.AttentionDropout != 0)
            yield return ErrorCatalog.BadModelConfig.At(path, "attention_dropout must be 0");
        foreach (var (key, value) in Sizes(vision))
        {
            if (value < 1)
                yield return ErrorCatalog.BadModelConfig.At(path, $"{key} is {value}, but must be at least 1");
        }
        if (vision.NumHiddenLayers > MaximumLayers)
            yield return ErrorCatalog.BadModelConfig.At(path, $"num_hidden_layers is {vision.NumHiddenLayers}; up to {MaximumLayers} convert");
    }

    static (string Key, int Value)[] Sizes(ClipVisionConfig vision) =>
    [
        ("hidden_size", vision.HiddenSize), ("num_attention_heads", vision.NumAttentionHeads), ("num_hidden_layers", vision.NumHiddenLayers),
        ("intermediate_size", vision.IntermediateSize), ("image_size", vision.ImageSize), ("patch_size", vision.PatchSize), ("num_channels", vision.NumChannels),
    ];

    static IEnumerable<Diagnostic> TextProblems(LlavaTextConfig text, ClipVisionConfig vision, string path)
    {
        var problems = new (bool Wrong, string Message)[]
        {
            (text.HiddenAct != "silu", $"hidden_act is \"{text.HiddenAct}\"; supported is silu"),
            (text.TieWordEmbeddings, "tie_word_embeddings must be false: LLaVA's head is a matrix of its own"),
            (text.AttentionBias, "attention_bias must be false"),
            (text.RopeScaling is not null && ScalingFactor(text) is null, $"rope_scaling is {text.RopeScaling?.ToJsonString()}; supported is the type linear with a factor"),
            (text.MmUseImPatchToken, "mm_use_im_patch_token must be false"),
            (text.MmUseImStartEnd, "mm_use_im_start_end must be false"),
            (text.MmHiddenSize is { } hidden && hidden != vision.HiddenSize, $"mm_hidden_size is {text.MmHiddenSize}, but the vision tower is {vision.HiddenSize} wide"),
            (text.MmVisionSelectLayer == 0, "mm_vision_select_layer is 0, the embeddings; a layer's output must be chosen"),
            (text.MmVisionSelectFeature is not ("patch" or "cls_patch"), $"mm_vision_select_feature is \"{text.MmVisionSelectFeature}\"; supported are patch, cls_patch"),
            (ProjectorLayers(text) is null, $"mm_projector_type is \"{text.MmProjectorType}\"; supported are mlp1x_gelu, mlp2x_gelu, …"),
            (!Divides(text.NumAttentionHeads, text.HiddenSize), $"num_attention_heads is {text.NumAttentionHeads}, which does not divide hidden_size {text.HiddenSize}"),
            (text.NumKeyValueHeads is { } groups && !Divides(groups, text.NumAttentionHeads),
                $"num_key_value_heads is {text.NumKeyValueHeads}, which does not divide num_attention_heads {text.NumAttentionHeads}"),
            (text.NumHiddenLayers < 1 || text.IntermediateSize < 1 || text.VocabSize < 1 || text.MaxPositionEmbeddings < 1,
                "num_hidden_layers, intermediate_size, vocab_size and max_position_embeddings must be at least 1"),
            (text.NumHiddenLayers > MaximumLayers, $"num_hidden_layers is {text.NumHiddenLayers}; up to {MaximumLayers} convert"),
        };
        return problems.Where(problem => problem.Wrong).Select(problem => ErrorCatalog.BadModelConfig.At(path, problem.Message));
    }

    static bool Divides(int count, int size) => count >= 1 && size >= 1 && size % count == 0;

    static bool HasGroups(LlavaTextConfig text) => text.NumKeyValueHeads is { } groups && groups != text.NumAttentionHeads;

    /// <summary>What positions are divided by; null without linear scaling.</summary>
    public static double? ScalingFactor(LlavaTextConfig text) =>
        text.RopeScaling is { } scaling && scaling["type"] is JsonValue type && type.TryGetValue<string>(out var name) && name == "linear"
            && scaling["factor"] is JsonValue factor && factor.TryGetValue<double>(out var number) ? number : null;

    /// <summary>Null where <c>mm_projector_type</c> is not of linear layers.</summary>
    public static int? ProjectorLayers(LlavaTextConfig text) =>
        ProjectorType().Match(text.MmProjectorType ?? "") is { Success: true } match && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var layers) ? layers : null;

    [GeneratedRegex("^mlp([1-9][0-9]?)x_gelu$")]
    private static partial Regex ProjectorType();
}
