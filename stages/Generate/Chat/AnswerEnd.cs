namespace Llava.Generate.Chat;

/// <summary>Why an answer ended.</summary>
public enum AnswerEnd
{
    Whole,

    /// <summary>It had the most tokens that were allowed.</summary>
    MostTokens,

    /// <summary>The talk fills the model's positions.</summary>
    NoMorePositions,
}
