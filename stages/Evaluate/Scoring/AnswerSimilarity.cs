using System.Text;

namespace Llava.Evaluate.Scoring;

/// <summary>
/// Average normalised Levenshtein similarity (ANLS) of DocVQA and InfographicsVQA: 1 - distance / length against the nearest
/// accepted answer, 0 below one half. Case and runs of spaces do not count. Source: Biten et al. 2019 (arXiv:1905.13648)
/// and the challenge's own script, which takes the length of the answers as they were given, in upper case.
/// </summary>
static class AnswerSimilarity
{
    const double Threshold = 0.5;

    public static double Of(string prediction, IReadOnlyList<string> acceptedAnswers)
    {
        var best = acceptedAnswers.Max(accepted => Single(prediction, accepted));
        return best < Threshold ? 0 : best;
    }

    static double Single(string prediction, string accepted)
    {
        var length = Math.Max(PythonText.UpperLength(prediction), PythonText.UpperLength(accepted));
        return length == 0 ? 1 : 1 - (double)Distance(Normalise(prediction), Normalise(accepted)) / length;
    }

    static Rune[] Normalise(string answer) =>
        [.. string.Join(' ', PythonText.SplitWords(PythonText.Lower(answer))).EnumerateRunes()];

    static int Distance(Rune[] left, Rune[] right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
            {
                var substituted = diagonal + (left[i] == right[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(substituted, Math.Min(row[j], diagonal) + 1);
            }
        }
        return row[^1];
    }
}
