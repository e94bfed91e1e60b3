using System.Text.RegularExpressions;
using Llava.Contracts.Configuration;

namespace Llava.Model.Configuration;

/// <summary>
/// LoRA (Hu et al. 2021) on the language model: its own weights stand still, and each targeted linear layer learns a correction
/// of low rank, <c>W + alpha / rank * B A</c>.
/// </summary>
public sealed record PeftConfig : IValidatedConfig
{
    [Bounds(1)]
    public required int Rank { get; init; }

    /// <summary>The correction counts <c>alpha / rank</c> times.</summary>
    [Bounds(0)]
    public required double Alpha { get; init; }

    /// <summary>Of the corrections' input, in training alone.</summary>
    [Bounds(0, 0.99)]
    public double Dropout { get; init; }

    /// <summary>Regular expression, searched in the names of the language model's linear layers.</summary>
    public string Target { get; init; } = "(proj_(q|k|v|output)_dense_layer|linear_layer|linear_layer_for_glu)$";

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (CompilationProblem() is { } problem)
            yield return ("target", $"is not a regular expression: {problem}");
    }

    string? CompilationProblem()
    {
        try
        {
            _ = new Regex(Target, RegexOptions.CultureInvariant);
            return null;
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }
    }
}
