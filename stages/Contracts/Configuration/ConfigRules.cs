using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Llava.Contracts.Configuration;

/// <summary>The rules of a config record (bounds, choices, those that span several values) on one that was made in code, not read.</summary>
public static class ConfigRules
{
    /// <summary>Dotted key and message of each rule that does not hold. Spanning rules are asked only where every value is within its own.</summary>
    public static IReadOnlyList<(string Key, string Message)> Problems(object config)
    {
        var problems = new List<(string Key, string Message)>();
        Check(config, "", problems, ofValues: true);
        if (problems.Count == 0)
            Check(config, "", problems, ofValues: false);
        return problems;
    }

    static void Check(object record, string prefix, List<(string Key, string Message)> problems, bool ofValues)
    {
        foreach (var property in record.GetType().GetProperties().Where(property => property.CanWrite))
        {
            var key = prefix + ConfigReader.KeyOf(property);
            switch (property.GetValue(record))
            {
                case null:
                    break;
                case var value when value is string or IEnumerable || value.GetType().IsPrimitive:
                    if (ofValues)
                        problems.AddRange(Items(value).Select(item => (key, Wrong(item, property))).Where(problem => problem.Item2 is not null).Select(problem => (problem.key, problem.Item2!)));
                    break;
                case var section:
                    Check(section, key + ".", problems, ofValues);
                    break;
            }
        }
        if (!ofValues && record is IValidatedConfig validated)
            problems.AddRange(validated.Problems().Select(problem => (prefix + problem.Key, problem.Message)));
    }

    static IEnumerable<object?> Items(object value) => value is IEnumerable items and not string ? items.Cast<object?>() : [value];

    static string? Wrong(object? value, PropertyInfo property)
    {
        if (value is string text && property.GetCustomAttribute<OneOfAttribute>() is { } choice && !choice.Values.Contains(text))
            return $"is \"{text}\", but must be one of {string.Join(", ", choice.Values)}";
        if (value is int or long or double && property.GetCustomAttribute<BoundsAttribute>() is { } bounds && !bounds.Hold(System.Convert.ToDouble(value, CultureInfo.InvariantCulture)))
            return string.Create(CultureInfo.InvariantCulture, $"is {value}, but must be {bounds.Describe()}");
        return null;
    }
}
