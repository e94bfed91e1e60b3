using System.Globalization;

namespace Llava.Evaluate.Scoring;

/// <summary>
/// ChartQA's two ways of being right. Relaxed: a number within 5 % of the truth (a percentage is its fraction), anything else
/// equal but for case. Source: Masry et al. 2022 (arXiv:2203.10244), section 5.1, as Pix2Struct's code has it.
/// </summary>
static class RelaxedMatch
{
    const double Tolerance = 0.05;

    public static bool IsRelaxed(string prediction, string truth)
    {
        prediction = PythonText.Strip(prediction);
        truth = PythonText.Strip(truth);
        // A truth of zero has no relative error; it is compared as text.
        return Number(prediction) is { } predicted && Number(truth) is { } expected && expected != 0
            ? Math.Abs(predicted - expected) / Math.Abs(expected) <= Tolerance
            : PythonText.Lower(prediction) == PythonText.Lower(truth);
    }

    public static bool IsExact(string prediction, string truth) => Key(prediction) == Key(truth);

    /// <summary>What two answers share when they are the same: no outer spaces, lower case.</summary>
    public static string Key(string answer) => PythonText.Lower(PythonText.Strip(answer));

    static double? Number(string text)
    {
        var isPercentage = text.EndsWith('%');
        var digits = text.TrimEnd('%');
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? isPercentage ? value / 100 : value
            : null;
    }
}
