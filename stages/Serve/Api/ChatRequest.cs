using Llava.Generate;
using Llava.Generate.Prompts;

namespace Llava.Serve.Api;

/// <summary>A request in the model's own terms.</summary>
/// <param name="System">In place of the model's own system prompt; null for that.</param>
/// <param name="Turns">The last one has no answer yet.</param>
/// <param name="Image">The picture's file; null without one.</param>
/// <param name="Options">Its most new tokens are what the client or the server allows.</param>
/// <param name="IsLengthChosen">By the client.</param>
/// <param name="HasSeed">The client chose the draws, so equal requests get equal answers.</param>
/// <param name="IsStreamed">The answer is wanted piece by piece.</param>
/// <param name="WantsUsage">A stream ends with the token counts.</param>
sealed record ChatRequest(
    string? System, IReadOnlyList<ConversationTurn> Turns, byte[]? Image, GenerationOptions Options, bool IsLengthChosen, bool HasSeed, bool IsStreamed, bool WantsUsage);
