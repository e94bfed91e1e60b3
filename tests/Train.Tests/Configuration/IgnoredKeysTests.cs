using System.Reflection;
using System.Text.RegularExpressions;
using Llava.Contracts.Configuration;
using Llava.Train.Configuration;

namespace Llava.Train.Tests.Configuration;

public sealed partial class IgnoredKeysTests
{
    [Fact]
    public void The_README_lists_every_ignored_key_with_its_reason()
    {
        var rows = File.ReadAllLines(Repository.PathOf("stages/Train/README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();

        var keys = KeysWithoutEffect.Collect();
        Assert.All(keys, entry => Assert.Contains(rows, row => row.Contains($"`{entry.Key}`", StringComparison.Ordinal) && row.EndsWith($"| {entry.Value} |", StringComparison.Ordinal)));
        Assert.Equal(keys.Count, rows.Sum(row => row.Split('`').Length / 2));
    }

    /// <summary>A key is honoured where some code asks for its property, refused where its property takes one value alone; all others are to be marked.</summary>
    [Fact]
    public void A_property_that_nothing_asks_for_says_so()
    {
        var code = string.Join('\n', new[] { "Data", "Model", "Train" }
            .SelectMany(stage => Directory.EnumerateFiles(Repository.PathOf($"stages/{stage}"), "*.cs", SearchOption.AllDirectories))
            // The yaml that a conversion writes carries values on that no training asks for.
            .Where(path => !path.Contains("/Mapping/", StringComparison.Ordinal))
            .SelectMany(File.ReadLines)
            .Where(line => !Declaration().IsMatch(line) && !line.TrimStart().StartsWith("///", StringComparison.Ordinal)));
        var records = Records(typeof(TrainSections)).Distinct().ToList();
        Assert.Contains(records, record => record.Name == "ImageTransformConfig");

        var unasked = records.SelectMany(Properties).Where(property => !TakesOneValue(property) && !IsAskedFor(property, code)).Select(Name);

        Assert.Equal(records.SelectMany(Properties).Where(property => property.IsDefined(typeof(WithoutEffectAttribute))).Select(Name).Order(), unasked.Order());
    }

    static IEnumerable<Type> Records(Type record) =>
        Properties(record).Select(KeysWithoutEffect.RecordIn).OfType<Type>().SelectMany(Records).Append(record);

    static IEnumerable<PropertyInfo> Properties(Type record) => record.GetProperties().Where(property => property.CanWrite);

    static string Name(PropertyInfo property) => $"{property.DeclaringType!.Name}.{property.Name}";

    static bool TakesOneValue(PropertyInfo property) =>
        property.GetCustomAttribute<OneOfAttribute>() is { Values.Count: 1 } || property.GetCustomAttribute<BoundsAttribute>() is { } bounds && bounds.Minimum == bounds.Maximum;

    // Whether a key stands where it belongs is no question about its value.
    static bool IsAskedFor(PropertyInfo property, string code) => Regex.Matches(code, $@"(?<!\w|nameof\(){property.Name}\b(?! is not null\))").Count > 0;

    [GeneratedRegex(@"\{ get; init; \}")]
    private static partial Regex Declaration();
}
