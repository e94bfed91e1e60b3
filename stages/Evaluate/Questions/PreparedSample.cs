using Llava.Evaluate.Answers;

namespace Llava.Evaluate.Questions;

/// <summary>One sample of a prepared dataset, as question and as annotation.</summary>
/// <param name="Answer">The accepted answer.</param>
sealed record PreparedSample(QuestionId Id, string Question, string Answer, QuestionImage? Image)
{
    public Question ToQuestion(string suffix)
    {
        var text = QuestionSuffix.Append(Question, suffix);
        return new Question(Id, text, text, Image);
    }
}
