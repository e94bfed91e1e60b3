using System.Text;
using Llava.Generate.Prompts;

namespace Llava.Generate.Chat;

/// <summary>A talk about one picture, or about none, over several turns.</summary>
/// <param name="imagePath">Stands before the first question; null without a picture.</param>
public sealed class Conversation(LlavaGenerator generator, GenerationOptions options, string? imagePath)
{
    readonly List<ConversationTurn> _turns = [];

    /// <summary>Asks in the light of all that was said before.</summary>
    /// <param name="said">Called with the next piece of the answer; never half a character.</param>
    /// <param name="stop">Stops the answer. What was said till then stays part of the conversation.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public AnswerEnd Ask(string question, Action<string> said, CancellationToken stop)
    {
        var turn = new ConversationTurn(question, HasImage: imagePath is not null && _turns.Count == 0);
        var request = new GenerationRequest(VicunaPrompt.Encode(generator.Tokenizer, [.. _turns, turn]), imagePath) { Key = $"turn {_turns.Count}" };
        var answer = new StringBuilder();
        try
        {
            var room = generator.NewTokensAfter(request, options.MaximumNewTokens);
            var result = generator.Generate([request], options with { MaximumNewTokens = room }, stop, said: (_, piece) => Say(piece))[0];
            return !result.IsCutOff ? AnswerEnd.Whole : room < options.MaximumNewTokens ? AnswerEnd.NoMorePositions : AnswerEnd.MostTokens;
        }
        finally
        {
            if (answer.Length > 0)
                _turns.Add(turn with { Answer = answer.ToString() });
        }

        void Say(string piece)
        {
            answer.Append(piece);
            said(piece);
        }
    }
}
