using System.Globalization;

namespace Llava.Contracts.Configuration;

/// <summary>The yaml key of a property where it is not the property's name in snake_case.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigKeyAttribute(string key) : Attribute
{
    public string Key { get; } = key;
}

/// <summary>The strings a property accepts. Reported with the nearest of them when another is given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values { get; } = values;
}

/// <summary>Inclusive bounds of a number, or of every number of a list.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BoundsAttribute(double minimum, double maximum = double.PositiveInfinity) : Attribute
{
    public double Minimum { get; } = minimum;

    public double Maximum { get; } = maximum;

    public bool Hold(double number) => number >= Minimum && number <= Maximum;

    /// <summary>"at least 1", "from 0 to 1".</summary>
    public string Describe() => double.IsPositiveInfinity(Maximum)
        ? string.Create(CultureInfo.InvariantCulture, $"at least {Minimum}")
        : string.Create(CultureInfo.InvariantCulture, $"from {Minimum} to {Maximum}");
}

/// <summary>A key that is accepted, checked like any other, and then not asked: every one of its values means the same here.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WithoutEffectAttribute(string reason) : Attribute
{
    /// <summary>For the documentation's table of such keys.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A config record with rules that span several of its values.</summary>
public interface IValidatedConfig
{
    /// <summary>Key (relative to this record) and message of each rule that does not hold.</summary>
    IEnumerable<(string Key, string Message)> Problems();
}
