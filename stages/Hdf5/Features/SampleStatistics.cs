namespace Llava.Hdf5.Features;

/// <param name="Tokens">Input positions that are not padding.</param>
/// <param name="NonPadTokens">Inputs that are neither pad nor eos, as the reference counts them.</param>
/// <param name="LossTokens">Sum of the loss mask as written.</param>
/// <param name="HasLoss">Whether anything at all is predicted.</param>
/// <param name="DetokenizedCharacters">Length of the decoded inputs, padding included.</param>
readonly record struct SampleStatistics(int Tokens, int NonPadTokens, int LossTokens, bool HasLoss, int DetokenizedCharacters, int DetokenizedBytes);
