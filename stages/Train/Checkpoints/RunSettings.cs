using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Train.Configuration;
using Llava.Train.Schedules;

namespace Llava.Train.Checkpoints;

/// <summary>
/// The settings that decide what a training gives, resolved and by dotted key, so that a run is only ever continued with its
/// own. Paths and whatever only decides how long, how often and how fast are left out.
/// </summary>
static class RunSettings
{
    static readonly string[] WithoutInfluence = ["data_dir", "img_data_dir", "num_workers", "prefetch_factor", "persistent_workers", "use_worker_cache", "data_folders"];

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new ConfigNodeConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static IReadOnlyDictionary<string, string> Of(TrainConfig config)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Flatten("model", JsonSerializer.SerializeToNode(config.Model, Json), settings);
        Flatten("optimizer", JsonSerializer.SerializeToNode(config.Optimizer with { LearningRate = null! }, Json), settings);
        Flatten("train_input", JsonSerializer.SerializeToNode(config.Sections.TrainInput, Json), settings);
        var schedules = config.Schedule is SequentialSchedule sequence ? sequence.Parts : [config.Schedule];
        for (var i = 0; i < schedules.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"optimizer.learning_rate[{i}]");
            settings[$"{path}.scheduler"] = schedules[i].GetType().Name;
            Flatten(path, JsonSerializer.SerializeToNode<object>(schedules[i], Json), settings);
        }
        settings["runconfig.seed"] = config.Run.Seed.ToString(CultureInfo.InvariantCulture);
        return settings;
    }

    /// <exception cref="DiagnosticException">A setting differs; names the first.</exception>
    public static void ThrowIfChanged(IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> current, string folder)
    {
        foreach (var key in saved.Keys.Union(current.Keys).Order(StringComparer.Ordinal))
        {
            var (before, now) = (saved.GetValueOrDefault(key, "absent"), current.GetValueOrDefault(key, "absent"));
            if (before != now)
                throw ErrorCatalog.SettingsChanged.Fails(folder, $"{key} was {before} when this checkpoint was made and is {now} now: choose another --model-dir, or set it back");
        }
    }

    static void Flatten(string path, JsonNode? node, SortedDictionary<string, string> settings)
    {
        switch (node)
        {
            case JsonObject section:
                foreach (var (key, value) in section.Where(entry => !WithoutInfluence.Contains(entry.Key)))
                    Flatten($"{path}.{key}", value, settings);
                break;
            case null:
                break;
            default:
                settings[path] = node.ToJsonString();
                break;
        }
    }

    // A value that its record leaves unread stands as it was written.
    sealed class ConfigNodeConverter : JsonConverter<ConfigNode>
    {
        public override bool CanConvert(Type typeToConvert) => typeof(ConfigNode).IsAssignableFrom(typeToConvert);

        public override ConfigNode? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ConfigNode value, JsonSerializerOptions options)
        {
            switch (value)
            {
                case ConfigScalar scalar:
                    writer.WriteStringValue(scalar.Text);
                    break;
                case ConfigList list:
                    writer.WriteStartArray();
                    foreach (var item in list.Items)
                        Write(writer, item, options);
                    writer.WriteEndArray();
                    break;
                case ConfigMap map:
                    writer.WriteStartObject();
                    foreach (var (key, entry) in map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                    {
                        writer.WritePropertyName(key);
                        Write(writer, entry, options);
                    }
                    writer.WriteEndObject();
                    break;
            }
        }
    }
}
