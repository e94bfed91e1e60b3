namespace Llava.Generate.Prompts;

/// <summary>What the user said, and what the assistant answered.</summary>
/// <param name="Answer">Null in the last turn: the model is to answer.</param>
/// <param name="HasImage">A picture stands before the user's words.</param>
public sealed record ConversationTurn(string User, string? Answer = null, bool HasImage = false);
