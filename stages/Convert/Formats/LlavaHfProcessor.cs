using System.Text.Json.Nodes;
using Llava.Conversion.Tokenizers;
using Llava.Model.Mapping;

namespace Llava.Conversion.Formats;

/// <summary>The files of transformers' <c>LlavaProcessor</c> and of its generation.</summary>
static class LlavaHfProcessor
{
    /// <summary>Each by its name.</summary>
    /// <param name="preprocessorPath">The source's own, whose values go before CLIP's; null where it has none.</param>
    public static IReadOnlyList<(string Name, JsonObject Content)> Files(string? preprocessorPath, ClipVisionConfig vision, LlavaTextConfig text) =>
    [
        (PreprocessorConfig.FileName, WithValuesOf(preprocessorPath, new JsonObject
        {
            ["crop_size"] = new JsonObject { ["height"] = vision.ImageSize, ["width"] = vision.ImageSize },
            ["do_center_crop"] = true,
            ["do_convert_rgb"] = true,
            ["do_normalize"] = true,
            ["do_rescale"] = true,
            ["do_resize"] = true,
            ["image_mean"] = new JsonArray(0.48145466, 0.4578275, 0.40821073),
            ["image_processor_type"] = "CLIPImageProcessor",
            ["image_std"] = new JsonArray(0.26862954, 0.26130258, 0.27577711),
            ["processor_class"] = "LlavaProcessor",
            ["resample"] = 3,
            ["rescale_factor"] = 1 / 255.0,
            ["size"] = new JsonObject { ["shortest_edge"] = vision.ImageSize },
        })),
        ("processor_config.json", new JsonObject
        {
            ["image_token"] = AddedTokenFiles.Image,
            ["num_additional_image_tokens"] = 1,
            ["patch_size"] = vision.PatchSize,
            ["processor_class"] = "LlavaProcessor",
            ["vision_feature_select_strategy"] = LlavaHfConfig.Strategy(text.MmVisionSelectFeature),
        }),
        ("generation_config.json", new JsonObject
        {
            ["_from_model_config"] = true,
            ["bos_token_id"] = text.BosTokenId,
            ["eos_token_id"] = text.EosTokenId,
            ["pad_token_id"] = text.VocabSize + 1,
        }),
    ];

    // Older files name the size by one number, and the class by another key.
    static JsonObject WithValuesOf(string? path, JsonObject processor)
    {
        if (path is null)
            return processor;
        foreach (var (key, value) in HuggingFaceConfigFile.Load(path))
        {
            if (value is not null && key is not ("feature_extractor_type" or "image_processor_type" or "processor_class"))
                processor[key] = value is JsonValue && processor[key] is JsonObject sizes ? Sized(sizes, value) : value.DeepClone();
        }
        return processor;
    }

    static JsonObject Sized(JsonObject sizes, JsonNode value) => new(sizes.Select(size => KeyValuePair.Create<string, JsonNode?>(size.Key, value.DeepClone())));
}
