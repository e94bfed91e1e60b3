using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Configuration;
using Llava.Contracts.Files;
using Llava.Hdf5.Features;

namespace Llava.Hdf5.Output;

/// <summary>
/// <c>data_params.json</c> as the reference writes it: the settings, <c>post-process</c>, <c>h5_dataset_stats</c> and
/// <c>image_patch_info</c>, keys in ordinal order; and <c>samples</c>, which is ours.
/// </summary>
/// <remarks>
/// <c>post-process</c> keeps the reference's arithmetic: a document that cannot be read counts as discarded but not as processed,
/// and is still subtracted from the successful ones. <c>samples</c> has the plain numbers.
/// </remarks>
static class DataParameters
{
    public const string FileName = "data_params.json";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 4, NewLine = "\n" };

    // What the reference fills in where the yaml says nothing.
    static readonly (string Section, string Key, JsonNode? Value)[] Defaults =
    [
        ("processing", "auth_token", null), ("processing", "chunk_len_to_split", 2000), ("processing", "eos_id", null), ("processing", "pad_id", null),
        ("processing", "remove_bos_in_chunks", false), ("processing", "split_text_to_tokenize", false), ("dataset", "min_sequence_len", 6),
    ];

    public static void Write(string folder, ConfigDocument document, DatasetTotals totals, QuarantineLedger ledger, SampleTokens tokens, int maxSequenceLength, int? imagePatchStart)
    {
        var root = (JsonObject)ToJson(document.Root)!;
        foreach (var (section, key, value) in Defaults)
        {
            if (root[section] is JsonObject settings)
                settings.TryAdd(key, value?.DeepClone());
        }
        root["post-process"] = PostProcess(totals, tokens);
        root["h5_dataset_stats"] = Statistics(totals, maxSequenceLength);
        root["samples"] = Samples(totals, ledger, maxSequenceLength);
        if (imagePatchStart is { } start)
            root["image_patch_info"] = new JsonObject { ["image_patch_start_idx"] = start };
        AtomicFile.WriteAllText(Path.Combine(folder, FileName), Sorted(root)!.ToJsonString(Indented));
    }

    static JsonObject PostProcess(DatasetTotals totals, SampleTokens tokens) => new()
    {
        ["discarded_files"] = totals.Discarded,
        ["processed_files"] = totals.Processed,
        ["successful_files"] = totals.Processed - totals.Discarded,
        ["n_examples"] = totals.Rows,
        ["raw_chars_count"] = totals.RawCharacters,
        ["raw_bytes_count"] = totals.RawBytes,
        ["eos_id"] = tokens.EosId,
        ["pad_id"] = tokens.PadId,
        ["vocab_size"] = tokens.VocabularySize,
    };

    static JsonObject Statistics(DatasetTotals totals, int maxSequenceLength) => new()
    {
        ["num_sequences"] = totals.Rows,
        ["num_tokens"] = totals.Rows * maxSequenceLength,
        ["non_pad_tokens"] = totals.NonPadTokens,
        ["loss_valid_tokens"] = totals.LossTokens,
        ["detokenized_bytes"] = totals.DetokenizedBytes,
        ["detokenized_chars"] = totals.DetokenizedCharacters,
    };

    static JsonObject Samples(DatasetTotals totals, QuarantineLedger ledger, int maxSequenceLength)
    {
        var reasons = ledger.Samples().GroupBy(sample => sample.Code)
            .Select(group => KeyValuePair.Create(group.Key.Id, (JsonNode?)new JsonObject { ["count"] = group.Count(), ["reason"] = group.Key.Title }));
        return new JsonObject
        {
            ["read"] = totals.DocumentsRead,
            ["written"] = totals.Rows,
            ["text_only"] = totals.TextOnlyRows,
            ["images_that_are_folders"] = totals.ImageFolders,
            ["quarantined"] = ledger.Count,
            ["quarantined_by_code"] = new JsonObject(reasons),
            ["without_loss"] = totals.RowsWithoutLoss,
            ["tokens"] = totals.Tokens,
            ["share_of_tokens_with_loss"] = totals.Tokens == 0 ? 0 : Math.Round((double)totals.LossTokens / totals.Tokens, 6),
            ["length_histogram"] = new JsonObject
            {
                ["bin_width"] = (maxSequenceLength + 1.0) / DatasetTotals.HistogramBins,
                ["counts"] = new JsonArray([.. totals.LengthHistogram.Select(count => (JsonNode?)count)]),
            },
        };
    }

    static JsonNode? ToJson(ConfigNode node) => node switch
    {
        ConfigMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value)))),
        ConfigList list => new JsonArray([.. list.Items.Select(ToJson)]),
        ConfigScalar { IsNull: true } => null,
        ConfigScalar { IsQuoted: false, Text: "true" or "True" or "TRUE" } => true,
        ConfigScalar { IsQuoted: false, Text: "false" or "False" or "FALSE" } => false,
        ConfigScalar { IsQuoted: false } scalar when long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        ConfigScalar { IsQuoted: false } scalar when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        ConfigScalar scalar => scalar.Text,
        _ => null,
    };

    static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, Sorted(entry.Value)))),
        _ => node?.DeepClone(),
    };
}
