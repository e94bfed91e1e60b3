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
        File.Exists(Path.Combine(folder, HuggingFaceConfigFile.FileName)) && Load(Path.Combine(folder, HuggingFaceConfigFile.FileName)) is { } root
            && root["text_config"] is JsonObject && root["vision_config"] is JsonObject && root["model_type"] is JsonValue type && type.TryGetValue<string>(out var name) && name == ModelType;

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
    public static (ClipVisionConfig Vision, LlavaTextConfig Text) Read(string path) => Read(Load(path), path);

    /// <param name="path">Where <paramref name="root"/> was read, for messages.</param>
    public static (ClipVisionConfig Vision, LlavaTextConfig Text) Read(JsonObject root, string path)
    {
        var image = root.WholeNumber("image_token_index", path) ?? root.WholeNumber("image_token_id", path) ?? 32000;
        if (root.Text("projector_hidden_act", path) is not (null or "gelu") || root.Truth("multimodal_projector_bias", path) == false || root["vision_feature_layer"] is JsonArray)
            throw ErrorCatalog.BadModelConfig.Fails(path, "supported are projector_hidden_act gelu, multimodal_projector_bias true and one vision_feature_layer");
        var language = RequiredSection(root, "text_config", path);
        var text = HuggingFaceConfigFile.TextFrom(language, path);
        CheckImageToken(image, text.VocabSize, language["eos_token_id"], path);
        return (HuggingFaceConfigFile.VisionFrom(RequiredSection(root, "vision_config", path), path), text with
        {
            VocabSize = image,
            MmVisionSelectLayer = root.WholeNumber("vision_feature_layer", path) ?? -2,
            MmVisionSelectFeature = SelectFeature(root, path),
        });
    }

    /// <summary>Rows from <paramref name="imageToken"/> on are left out: they must be no more than were added for it.</summary>
    /// <param name="rows">Of the token table.</param>
    /// <param name="what">They are, for the message.</param>
    /// <exception cref="DiagnosticException">There are others, which were trained.</exception>
    public static void CheckRows(int imageToken, long rows, string what, string path)
    {
        if (rows > PaddedVocabulary(imageToken))
            throw ErrorCatalog.BadModelConfig.Fails(path, $"{what} {rows}, but image_token_index is {imageToken}: tokens of the language model's own behind <image> would be lost");
    }

    /// <summary>transformers' word for LLaVA's <c>mm_vision_select_feature</c>.</summary>
    public static string Strategy(string selectFeature) => selectFeature == "patch" ? "default" : "full";

    static void CheckImageToken(int image, int vocabulary, JsonNode? ends, string path)
    {
        if (image > vocabulary)
            throw ErrorCatalog.BadModelConfig.Fails(path, $"image_token_index is {image}, but the text model has {vocabulary} tokens");
        CheckRows(image, vocabulary, "text_config.vocab_size is", path);
        if (WholeNumbers(ends).Any(end => end >= image))
            throw ErrorCatalog.BadModelConfig.Fails(path, $"text_config.eos_token_id is {ends!.ToJsonString()}, but image_token_index is {image}: the token that ends an answer would be lost");
    }

    static IEnumerable<int> WholeNumbers(JsonNode? node) => node switch
    {
        JsonArray several => several.SelectMany(WholeNumbers),
        JsonValue value when value.TryGetValue<int>(out var number) => [number],
        _ => [],
    };

    static string SelectFeature(JsonObject root, string path) => root.Text("vision_feature_select_strategy", path) switch
    {
        null or "default" => "patch",
        "full" => "cls_patch",
        var other => throw ErrorCatalog.BadModelConfig.Fails(path, $"vision_feature_select_strategy is \"{other}\"; supported are default, full"),
    };

    static JsonObject RequiredSection(JsonObject root, string key, string path) =>
        root.Section(key, path) ?? throw ErrorCatalog.BadModelConfig.Fails(path, $"{key} is required");

    static JsonObject Load(string path) => HuggingFaceConfigFile.Load(path);
}
