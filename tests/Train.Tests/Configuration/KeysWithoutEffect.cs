using System.Reflection;
using Llava.Contracts.Configuration;
using Llava.Train.Configuration;

namespace Llava.Train.Tests.Configuration;

/// <summary>What the README's table has to list: gathered from what reads a yaml.</summary>
static class KeysWithoutEffect
{
    const string Shown = "what it would show is in metrics.jsonl, or is the Cerebras runtime's";
    const string CheckLoss = "CheckLoss"; // switches the check of numbers, without an argument

    /// <returns>Each key with its reason; <c>trainer.init.callbacks: Name</c> for what stands in a list.</returns>
    public static SortedDictionary<string, string> Collect()
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, reason) in IgnoredKeys.Reasons)
            all[key] = reason;
        AddProperties(all, typeof(TrainSections), "");
        foreach (var (key, classic) in TrainerKeys.Classic.Where(entry => all.ContainsKey(entry.Value)).ToList())
            all[$"trainer.{key}"] = all[classic];
        AddNamed(all, "callbacks", TrainerKeys.Callbacks);
        AddNamed(all, "loggers", TrainerKeys.Loggers);
        foreach (var (flag, classic) in TrainerKeys.Callbacks["GlobalFlags"].Where(entry => ReasonOf(entry.Value) is not null))
            all[flag] = ReasonOf(classic)!;
        return all;
    }

    static void AddProperties(SortedDictionary<string, string> all, Type record, string path)
    {
        foreach (var property in record.GetProperties().Where(property => property.CanWrite))
        {
            var key = $"{path}{ConfigReader.KeyOf(property)}";
            if (property.GetCustomAttribute<WithoutEffectAttribute>() is { } unasked)
                all[key] = unasked.Reason;
            if (RecordIn(property) is { } inner)
                AddProperties(all, inner, $"{key}.");
        }
    }

    /// <summary>The record that a property holds, or holds a list of; null where it holds a value.</summary>
    public static Type? RecordIn(PropertyInfo property)
    {
        var type = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
        return type.IsClass && type.Namespace!.StartsWith("Llava", StringComparison.Ordinal) && type != typeof(ConfigNode) ? type : null;
    }

    static void AddNamed(SortedDictionary<string, string> all, string list, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> named)
    {
        foreach (var (name, arguments) in named.Where(entry => entry.Key != CheckLoss && entry.Value.Values.All(classic => ReasonOf(classic) is not null)))
            all[$"trainer.init.{list}: {name}"] = arguments.Values.Select(ReasonOf).FirstOrDefault() ?? Shown;
    }

    // A section that is ignored takes its keys with it.
    static string? ReasonOf(string classic) => IgnoredKeys.Reasons.GetValueOrDefault(classic) ?? IgnoredKeys.Reasons.GetValueOrDefault(classic.Split('.')[0]);
}
