namespace Llava.Evaluate.Questions;

/// <summary>
/// The instruction that follows a question, as LLaVA-1.5 was trained to obey it (Liu et al. 2023, arXiv:2310.03744, table 1).
/// </summary>
public static class QuestionSuffix
{
    public const string SingleWord = "Answer the question using a single word or phrase.";
    public const string Letter = "Answer with the option's letter from the given choices directly.";
    public const string ChineseLetter = "请直接回答选项字母。";

    static readonly (string Name, string Suffix)[] Named = [("none", ""), ("single-word", SingleWord), ("letter", Letter), ("letter-cn", ChineseLetter)];

    /// <summary>The suffix of that name; any other text stands for itself.</summary>
    public static string FromOption(string nameOrText)
    {
        foreach (var (name, suffix) in Named)
        {
            if (name == nameOrText)
                return suffix;
        }
        return nameOrText;
    }

    internal static string Append(string question, string suffix) => suffix.Length == 0 ? question : $"{question}\n{suffix}";
}
