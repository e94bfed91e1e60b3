using System.Globalization;
using System.Text.Json.Nodes;
using Llava.Contracts.Configuration;
using Llava.Conversion.Formats;
using Llava.Model.Configuration;
using Llava.Model.Mapping;

namespace Llava.Conversion.Certificates;

/// <summary>What of a configuration a conversion does not carry, found by converting it there and back.</summary>
static class ConfigDifferences
{
    public static IReadOnlyList<ConfigDifference> Of(LlavaCheckpoint source, ModelFormat target)
    {
        var back = ThereAndBack(source.Config, target, source.ConfigPath);
        if (source.PairFolders is { } folders)
            return OfPair(back, source.ConfigPath, folders.Image, folders.Text);
        return Path.GetFileName(source.ConfigPath) == HuggingFaceConfigFile.FileName ? OfLlavaHf(back, source.ConfigPath) : OfYaml(back, source.ConfigPath);
    }

    static LlavaModelConfig ThereAndBack(LlavaModelConfig config, ModelFormat target, string path)
    {
        var (vision, text) = ConfigMapping.ToHuggingFace(config, path);
        if (target == ModelFormat.LlavaHf)
            (vision, text) = LlavaHfConfig.Read(JsonNode.Parse(LlavaHfConfig.Serialize(vision, text, ""))!.AsObject(), path);
        return ConfigMapping.ToModelZoo(vision, path, text, path);
    }

    static ConfigDifference[] OfPair(LlavaModelConfig back, string path, string imageFolder, string textFolder)
    {
        var (vision, text) = ConfigMapping.ToHuggingFace(back, path);
        return
        [
            .. Between(NameIn(imageFolder), OfVision(Path.Combine(imageFolder, HuggingFaceConfigFile.FileName)), Settings(JsonNode.Parse(HuggingFaceConfigFile.Serialize(vision)))),
            .. Between(NameIn(textFolder), OfText(Path.Combine(textFolder, HuggingFaceConfigFile.FileName)), Settings(WithDefaults(JsonNode.Parse(HuggingFaceConfigFile.Serialize(text))!))),
        ];
    }

    static string NameIn(string folder) => $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}/{HuggingFaceConfigFile.FileName}";

    static ConfigDifference[] OfLlavaHf(LlavaModelConfig config, string path)
    {
        var (vision, text) = ConfigMapping.ToHuggingFace(config, path);
        var root = HuggingFaceConfigFile.Load(path);
        if (root["text_config"] is JsonObject language)
            RopeParameters.Standardize(language, path);
        var type = root["torch_dtype"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : "";
        var back = JsonNode.Parse(LlavaHfConfig.Serialize(vision, text, type))!;
        WithDefaults(back["text_config"]!);
        back["image_token_id"] = back["image_token_index"]!.DeepClone();
        back["multimodal_projector_bias"] = true;
        return [.. Between("config.json", Nested(root), Nested(back))];
    }

    /// <summary>With what is left out where it is what transformers takes for granted.</summary>
    static JsonNode WithDefaults(JsonNode language)
    {
        language["num_key_value_heads"] ??= language["num_attention_heads"]!.DeepClone();
        language["rope_theta"] ??= 10000.0;
        language["attention_bias"] ??= false;
        return language;
    }

    static SortedDictionary<string, string> Nested(JsonNode root)
    {
        var settings = Settings(new JsonObject(root.AsObject().Where(entry => entry.Value is not JsonObject).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))));
        foreach (var section in new[] { "vision_config", "text_config" })
        {
            foreach (var (key, value) in Settings(root[section]))
                settings[$"{section}.{key}"] = value;
        }
        return settings;
    }

    static ConfigDifference[] OfYaml(LlavaModelConfig back, string path)
    {
        var file = Path.GetFileName(path);
        var settings = Settings(ModelConfigFile.SectionOf(ConfigDocument.Parse(ModelYaml.Write(back), file)));
        settings.TryAdd("text_model.rope_theta", "10000"); // what ModelZoo takes for granted
        return [.. Between(file, Settings(ModelConfigFile.SectionOf(ConfigDocument.Load(path))), settings)];
    }

    static IEnumerable<ConfigDifference> Between(string file, SortedDictionary<string, string> source, SortedDictionary<string, string> back) =>
        from setting in source
        let value = back.GetValueOrDefault(setting.Key)
        where value is null || !Same(setting.Value, value)
        select new ConfigDifference(file, setting.Key, setting.Value, value);

    // 1e-05 and 0.00001 are one number.
    static bool Same(string a, string b) => a == b ||
        (double.TryParse(a, CultureInfo.InvariantCulture, out var x) && double.TryParse(b, CultureInfo.InvariantCulture, out var y) && x.Equals(y));

    // A CLIPConfig holds the tower's settings one level down.
    static SortedDictionary<string, string> OfVision(string path)
    {
        var root = HuggingFaceConfigFile.Load(path);
        return Settings(root["vision_config"] ?? root);
    }

    static SortedDictionary<string, string> OfText(string path)
    {
        var root = HuggingFaceConfigFile.Load(path);
        RopeParameters.Standardize(root, path);
        return Settings(root);
    }

    static SortedDictionary<string, string> Settings(JsonNode? node)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in node as JsonObject ?? [])
        {
            if (value is not null)
                settings[key] = value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : value.ToJsonString();
        }
        return settings;
    }

    static SortedDictionary<string, string> Settings(ConfigMap section)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Collect(section, "", settings);
        return settings;
    }

    static void Collect(ConfigNode node, string key, SortedDictionary<string, string> settings)
    {
        if (node is ConfigMap map)
        {
            foreach (var (name, value) in map.Entries)
                Collect(value, key.Length == 0 ? name : $"{key}.{name}", settings);
        }
        else
        {
            settings[key] = TextOf(node);
        }
    }

    static string TextOf(ConfigNode node) => node switch
    {
        ConfigScalar { IsNull: true } => "null",
        ConfigScalar scalar => bool.TryParse(scalar.Text, out var truth) ? truth ? "true" : "false" : scalar.Text,
        ConfigList list => $"[{string.Join(", ", list.Items.Select(TextOf))}]",
        _ => "",
    };
}
