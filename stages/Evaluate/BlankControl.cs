using System.Globalization;
using System.Text.Json.Nodes;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate;

/// <summary>
/// What a model answers without seeing: the same questions with a blank picture, beside the best that one constant answer could do.
/// All three are shares from 0 to 1.
/// </summary>
/// <param name="ExactMatch">Answers equal to the truth, with the pictures.</param>
/// <param name="BlankExactMatch">The same with a blank picture in their place.</param>
/// <param name="MostCommonAnswerShare">Questions whose truth is the most frequent one.</param>
public sealed record BlankControl(double ExactMatch, double BlankExactMatch, double MostCommonAnswerShare)
{
    /// <param name="truths">By question id.</param>
    /// <param name="answers">By question id, the same questions in both.</param>
    internal static BlankControl Of(IReadOnlyDictionary<string, string> truths, IReadOnlyDictionary<string, string> answers, IReadOnlyDictionary<string, string> blankAnswers)
    {
        string[] asked = [.. truths.Keys.Where(answers.ContainsKey)];
        var mostCommon = asked.CountBy(id => RelaxedMatch.Key(truths[id])).Max(entry => entry.Value);
        return new BlankControl(Share(answers), Share(blankAnswers), (double)mostCommon / asked.Length);

        double Share(IReadOnlyDictionary<string, string> given) => (double)asked.Count(id => RelaxedMatch.IsExact(given[id], truths[id])) / asked.Length;
    }

    internal IReadOnlyList<string> ToLines() =>
    [
        Line("exact match", ExactMatch),
        Line("exact match, blank pictures", BlankExactMatch),
        Line("most common answer's share", MostCommonAnswerShare),
    ];

    internal void AddTo(JsonObject node)
    {
        node["exact_match"] = ExactMatch;
        node["blank_exact_match"] = BlankExactMatch;
        node["most_common_answer_share"] = MostCommonAnswerShare;
    }

    static string Line(string name, double share) => string.Create(CultureInfo.InvariantCulture, $"  {name,-27}  {share:0.000}");
}
