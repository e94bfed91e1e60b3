namespace Llava.Evaluate.Scoring;

/// <summary>Predictions of "yes" against the truth. A ratio of nothing is 0.</summary>
readonly record struct YesNoCounts(int TruePositives, int FalsePositives, int TrueNegatives, int FalseNegatives)
{
    public double Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    public double Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

    public double Accuracy => Ratio(TruePositives + TrueNegatives, Total);

    public double YesShare => Ratio(TruePositives + FalsePositives, Total);

    int Total => TruePositives + FalsePositives + TrueNegatives + FalseNegatives;

    public static YesNoCounts Of(IEnumerable<(bool SaysYes, bool IsYes)> answers)
    {
        var (truePositives, falsePositives, trueNegatives, falseNegatives) = (0, 0, 0, 0);
        foreach (var answer in answers)
        {
            _ = answer switch
            {
                (true, true) => truePositives++,
                (true, false) => falsePositives++,
                (false, false) => trueNegatives++,
                (false, true) => falseNegatives++,
            };
        }
        return new YesNoCounts(truePositives, falsePositives, trueNegatives, falseNegatives);
    }

    /// <summary>Named parts of a score: counts, and ratios in per cent.</summary>
    public IEnumerable<(string Name, double Value)> Parts(string category) =>
    [
        ($"{category} F1", 100 * F1),
        ($"{category} accuracy", 100 * Accuracy),
        ($"{category} precision", 100 * Precision),
        ($"{category} recall", 100 * Recall),
        ($"{category} yes", 100 * YesShare),
        ($"{category} TP", TruePositives),
        ($"{category} FP", FalsePositives),
        ($"{category} TN", TrueNegatives),
        ($"{category} FN", FalseNegatives),
    ];

    static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
