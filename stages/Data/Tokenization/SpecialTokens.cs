namespace Llava.Data.Tokenization;

/// <summary>The ids that frame and fill a row.</summary>
/// <param name="PadId">Null where the files name no pad token.</param>
internal sealed record SpecialTokens(int BosId, int EosId, int? PadId);
