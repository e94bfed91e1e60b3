using System.Text.RegularExpressions;
using Llava.Contracts.Configuration;

namespace Llava.Model.Mapping;

/// <summary>Explains a key without a rule by the rule that comes closest.</summary>
static partial class NearestRule
{
    /// <returns>Empty, or "; the nearest rule is for …".</returns>
    public static string Describe(string key, IEnumerable<(string Pattern, int Layers)> rules)
    {
        var pattern = Number().Replace(key, ".{}.");
        var byPattern = rules.DistinctBy(rule => rule.Pattern).ToDictionary(rule => rule.Pattern, rule => rule.Layers);
        if (NearestKey.Find(pattern, byPattern.Keys) is not { } nearest)
            return "";
        var layers = nearest.Contains("{}", StringComparison.Ordinal) ? $", of which there are {byPattern[nearest]}" : "";
        return $"; the nearest rule is for {nearest}{layers}";
    }

    [GeneratedRegex(@"\.\d+\.")]
    private static partial Regex Number();
}
