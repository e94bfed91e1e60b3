using System.Globalization;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;

namespace Llava.Train.Configuration;

/// <summary>
/// <c>trainer.init.schedulers</c> as <c>optimizer.learning_rate</c>: a schedule there is <c>{Kind: {keys}}</c>, a sequence
/// <c>{SequentialLR: {schedulers: [...]}}</c>.
/// </summary>
/// <param name="problems">Collects what cannot be meant.</param>
sealed class TrainerSchedules(List<Diagnostic> problems)
{
    static readonly string[] SequenceKeys = ["schedulers", "milestones"];

    public ConfigNode Flatten(ConfigNode node) => node switch
    {
        ConfigList { Items: [var single] } => Flatten(single),
        ConfigMap { Entries.Count: 1 } map when map.Entries.First() is { Key: "SequentialLR" or "SequentialScheduler", Value: ConfigMap sequence } => FlattenSequence(sequence),
        ConfigMap { Entries.Count: 1 } map when map.Entries.First() is { Value: ConfigMap keys } schedule =>
            keys with { Entries = new Dictionary<string, ConfigNode>(keys.Entries) { ["scheduler"] = new ConfigScalar(keys.KeyPath, keys.Location, schedule.Key, IsQuoted: true) } },
        _ => node,
    };

    ConfigNode FlattenSequence(ConfigMap sequence)
    {
        foreach (var (key, node) in sequence.Entries.Where(entry => !SequenceKeys.Contains(entry.Key)))
            problems.Add(ErrorCatalog.UnknownKey.At(node.Location, $"unknown key {node.KeyPath}{(NearestKey.Find(key, SequenceKeys) is { } nearest ? $"; did you mean {nearest}?" : "")}"));
        if (sequence.Entries.GetValueOrDefault("schedulers") is not ConfigList parts)
        {
            problems.Add(ErrorCatalog.MissingKey.At(sequence.Location, $"{sequence.KeyPath}.schedulers is required: a list of schedules"));
            return sequence;
        }
        var flat = parts with { Items = [.. parts.Items.Select(Flatten)] };
        if (sequence.Entries.TryGetValue("milestones", out var milestones))
            CheckMilestones(milestones, flat);
        return flat;
    }

    // ModelZoo takes no others either: each schedule begins where the one before ends.
    void CheckMilestones(ConfigNode milestones, ConfigList schedules)
    {
        var end = 0L;
        long?[] expected = [.. schedules.Items.SkipLast(1).Select(schedule => schedule is ConfigMap map && NumberIn(map.Entries.GetValueOrDefault("total_iters")) is { } steps ? end += steps : (long?)null)];
        if (milestones is not ConfigList list || !list.Items.Select(NumberIn).SequenceEqual(expected))
            problems.Add(ErrorCatalog.BadValue.At(milestones.Location, $"{milestones.KeyPath} must be [{string.Join(", ", expected)}]: where each schedule's total_iters end"));
    }

    static long? NumberIn(ConfigNode? node) => node is ConfigScalar scalar && long.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
