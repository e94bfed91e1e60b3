using System.Text.RegularExpressions;
using Llava.Contracts.Diagnostics;

namespace Llava.Train.Optimization;

/// <summary>
/// Which parameters <c>model.freeze</c> holds still: each regular expression is searched in the names of the leaf modules and
/// of the parameters, both without the leading <c>model.</c>. Note that <c>image_model</c> without <c>^</c> also matches
/// <c>projector_image_model</c>.
/// </summary>
static class FreezePatterns
{
    /// <param name="parameterNames">Every parameter once, by its first name.</param>
    /// <returns>The names of the frozen ones.</returns>
    /// <exception cref="DiagnosticException">A pattern is no regular expression or matches no leaf module.</exception>
    public static IReadOnlySet<string> Frozen(IReadOnlyList<string> patterns, IReadOnlyCollection<string> parameterNames)
    {
        var frozen = new HashSet<string>();
        var problems = new List<Diagnostic>();
        foreach (var pattern in patterns)
        {
            if (Compile(pattern, problems) is not { } regex)
                continue;
            var modules = parameterNames.Where(name => LeafModuleOf(name) is { } module && regex.IsMatch(module)).ToList();
            if (modules.Count == 0)
                problems.Add(ErrorCatalog.FreezePatternMatchesNothing.Says($"model.freeze: '{pattern}' matches no module of the model"));
            frozen.UnionWith(modules);
            frozen.UnionWith(parameterNames.Where(name => regex.IsMatch(name)));
        }
        DiagnosticException.ThrowIfAny(problems);
        return frozen;
    }

    // A parameter that is neither a weight nor a bias (the class token) belongs to a module with children.
    static string? LeafModuleOf(string parameterName)
    {
        var dot = parameterName.LastIndexOf('.');
        return dot > 0 && parameterName[(dot + 1)..] is "weight" or "bias" ? parameterName[..dot] : null;
    }

    static Regex? Compile(string pattern, List<Diagnostic> problems)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException error)
        {
            problems.Add(ErrorCatalog.BadValue.Says($"model.freeze: '{pattern}' is not a regular expression: {error.Message}"));
            return null;
        }
    }
}
