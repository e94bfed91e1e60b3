using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Llava.Generate;

namespace Llava.Host.Verbs;

/// <summary>How tokens are chosen, for every verb that answers. Without any of these, greedily.</summary>
sealed class SamplingArguments
{
    readonly Option<double> _temperature = new("--temperature") { Description = "0: always the most probable token; above 0 it is drawn, and 1 draws by the model's own probabilities", DefaultValueFactory = _ => 0, CustomParser = Number };
    readonly Option<double> _topP = new("--top-p") { Description = "draw from the most probable tokens that together reach this probability", DefaultValueFactory = _ => 1, CustomParser = Number };
    readonly Option<int?> _topK = new("--top-k") { Description = "draw from that many of the most probable tokens; default: all" };
    readonly Option<int> _beams = new("--beams") { Description = $"beams of a beam search, at most {GenerationOptions.MaximumBeams}", DefaultValueFactory = _ => 1 };
    readonly Option<long> _seed = new("--seed") { Description = "chooses the draws", DefaultValueFactory = _ => 1 };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _temperature, _topP, _topK, _beams, _seed })
            command.Options.Add(option);
    }

    // The framework's own reading takes 1,5 for fifteen.
    static double Number(ArgumentResult argument)
    {
        if (!double.TryParse(argument.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            argument.AddError($"{argument.Tokens[0].Value} is no number; a fraction is written 0.5");
        return number;
    }

    public int Beams(ParseResult parsed) => parsed.GetValue(_beams);

    /// <summary>Null: greedy.</summary>
    public Sampling? Sampling(ParseResult parsed) => parsed.GetValue(_temperature) is var temperature && temperature == 0
        ? null
        : new Sampling(temperature) { TopProbability = parsed.GetValue(_topP), TopTokens = parsed.GetValue(_topK), Seed = parsed.GetValue(_seed) };
}
