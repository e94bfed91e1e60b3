namespace Llava.Evaluate.Scoring;

/// <summary>
/// The VQA accuracy against ten human answers: a prediction is right by a third for each other person who gave it, at most 1,
/// averaged over leaving each of the ten out. Source: TextVQAAccuracyEvaluator, llava/eval/m4c_evaluator.py.
/// </summary>
static class SoftVqaAccuracy
{
    public const int HumanAnswers = 10;

    public static double Of(string prediction, IReadOnlyList<string> humanAnswers)
    {
        var normalised = EvalAiAnswer.Normalise(prediction);
        var agrees = humanAnswers.Select(answer => EvalAiAnswer.Normalise(answer) == normalised).ToArray();
        var agreeing = agrees.Count(agree => agree);
        return agrees.Sum(agree => Math.Min(1.0, (agreeing - (agree ? 1 : 0)) / 3.0)) / agrees.Length;
    }
}
