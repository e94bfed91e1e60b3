using System.Text.Encodings.Web;
using System.Text.Json;

namespace Llava.Generate;

/// <param name="Request">What was asked.</param>
/// <param name="BosId">Opens the generated ids in the LLaVA repository's outputs.</param>
public sealed record GenerateReport(GenerationResult Result, GenerationRequest Request, int BosId)
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// One object: <c>text</c>; <c>generated_ids</c> as the LLaVA repository returns them, bos first; <c>new_ids</c> without it;
    /// <c>input_ids</c> with -200 for the picture; <c>image</c>.
    /// </summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            text = Result.Text,
            generated_ids = Result.TokenIds.Prepend(BosId),
            new_ids = Result.TokenIds,
            input_ids = Request.InputIds,
            image = Request.ImagePath,
        },
        Readable);
}
