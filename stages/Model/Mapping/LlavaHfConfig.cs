using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Mapping;

/// <summary>
/// The <c>config.json</c> of transformers' <c>LlavaForConditionalGeneration</c>. The token <c>&lt;image&gt;</c> follows the language
/// model's own, <c>&lt;pad&gt;</c> follows it, and the table is filled up to a multiple of 64: 32000 tokens become 32064.
/// </summary>
public static class LlavaHfConfig
{
    public const string ModelType = "llava";
    public const string Architecture = "LlavaForConditionalGeneration";
    const int VocabularyMultiple = 64, AddedTokens = 2;

    // What a LlamaConfig knows of LLaVA's text config.
    static readonly string[] LlamaKeys =
    [
        "attention_bias", "bos_token_id", "eos_token_id", "hidden_act", "hidden_size", "initializer_range", "intermediate_size", "max_position_embeddings",
        "num_attention_heads", "num_hidden_layers", "num_key_value_heads", "rms_norm_eps", "rope_scaling", "rope_theta", "tie_word_embeddings", "use_cache",
    ];

    /// <summary>Rows of the token table, with those for the added tokens and the filling.</summary>
    public static int PaddedVocabulary(int vocabulary) => (vocabulary + AddedTokens + VocabularyMultiple - 1) / VocabularyMultiple * VocabularyMultiple;

    public static bool IsIn(string folder) =>
        File.Exists(Path.Combine(folder, HuggingFaceConfigFile.FileName)) && Load(Path.Combine(folder, HuggingFaceConfigFile.FileName)) is { } root && root["text_config"] is JsonObject && root["vision_config"] is JsonObject && (string?)root["model_type"] == ModelType;

    public static string Serialize(ClipVisionConfig vision, LlavaTextConfig text, string torchType)
    {
        var source = JsonNode.Parse(HuggingFaceConfigFile.Serialize(text))!.AsObject();
        var language = new JsonObject { ["architectures"] = new JsonArray("LlamaForCausalLM"), ["model_type"] = "llama", ["vocab_size"] = PaddedVocabulary(text.VocabSize) };
        foreach (var key in LlamaKeys.Where(source.ContainsKey))
            language[key] = source[key]?.DeepClone();
        var patches = vision.ImageSize / vision.PatchSize * (vision.ImageSize / vision.PatchSize);
        var root = new JsonObject
        {
            ["architectures"] = new JsonArray(Architecture),
            ["ignore_index"] = -100,
            ["image_seq_length"] = patches + (text.MmVisionSelectFeature == "patch" ? 0 : 1),
            ["image_token_index"] = text.VocabSize,
            ["model_type"] = ModelType,
            ["pad_token_id"] = text.VocabSize + 1,
            ["projector_hidden_act"] = "gelu",
            ["text_config"] = language,
            ["tie_word_embeddings"] = false,
            ["torch_dtype"] = torchType,
            ["vision_config"] = JsonNode.Parse(HuggingFaceConfigFile.Serialize(vision)),
            ["vision_feature_layer"] = text.MmVisionSelectLayer,
            ["vision_feature_select_strategy"] = Strategy(text.MmVisionSelectFeature),
        };
        return HuggingFaceConfigFile.Serialize(root);
    }

    /// <summary>As the configuration of a pair whose tokens end where <c>&lt;image&gt;</c> was added.</summary>
    /// <exception cref="DiagnosticException">It asks for what a LLaVA-1.5 does not compute.</exception>
    public static (ClipVisionConfig Vision, LlavaTextConfig Text) Read(string path)
    {
        var root = Load(path);
        var image = (int?)root["image_token_index"] ?? (int?)root["image_token_id"] ?? 32000;
        if ((string?)root["projector_hidden_act"] is not (null or "gelu") || root["multimodal_projector_bias"]?.GetValue<bool>() == false || root["vision_feature_layer"] is JsonArray)
            throw ErrorCatalog.BadModelConfig.Fails(path, "supported are projector_hidden_act gelu, multimodal_projector_bias true and one vision_feature_layer");
        var text = HuggingFaceConfigFile.TextFrom(root["text_config"]!.AsObject(), path);
        if (image > text.VocabSize)
            throw ErrorCatalog.BadModelConfig.Fails(path, $"image_token_index is {image}, but the text model has {text.VocabSize} tokens");
        return (HuggingFaceConfigFile.VisionFrom(root["vision_config"]!.AsObject(), path), text with
        {
            VocabSize = image,
            MmVisionSelectLayer = (int?)root["vision_feature_layer"] ?? -2,
            MmVisionSelectFeature = (string?)root["vision_feature_select_strategy"] == "full" ? "cls_patch" : "patch",
        });
    }

    /// <summary>transformers' word for LLaVA's <c>mm_vision_select_feature</c>.</summary>
    public static string Strategy(string selectFeature) => selectFeature == "patch" ? "default" : "full";

    static JsonObject Load(string path) => HuggingFaceConfigFile.Load(path);
}
