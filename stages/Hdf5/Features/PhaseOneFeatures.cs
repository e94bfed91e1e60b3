using Llava.Data.Tokenization;
using Llava.Hdf5.Configuration;
using Llava.Hdf5.Documents;

namespace Llava.Hdf5.Features;

/// <summary>
/// Alignment: <c>[bos] + pad * patches + (completion + eos) …</c>; the prompts are dropped, the caption is predicted from the image.
/// Source: <c>create_features_llava_phase1</c> of ModelZoo's <c>hdf5_preprocessing/utils.py</c>.
/// </summary>
sealed class PhaseOneFeatures(Hdf5Config config, SampleTokens tokenizer) : ISampleFeatures
{
    readonly int _patches = config.Dataset.NumPatches!.Value;
    readonly TokenBuffer _completion = new();

    public int? ImagePatchStart => 1;

    public SampleRejection? Build(LlavaDocument document, TokenSequence tokens)
    {
        var hasImage = document.ImagePath is not null;
        tokens.Clear();
        tokens.Add(tokenizer.BosId, loss: !hasImage, attended: true);
        tokens.AddRepeated(tokenizer.PadId, _patches - 1, loss: false, attended: hasImage);
        tokens.Add(tokenizer.PadId, loss: hasImage, attended: hasImage);
        foreach (var (_, completion) in document.Turns)
        {
            tokenizer.EncodeCompletion(completion, _completion);
            tokens.Add(_completion.Ids, loss: true, attended: true);
            // The reference's loss mask is its attention mask for text too, so the eos is neither predicted from nor attended.
            tokens.Add(tokenizer.EosId, loss: false, attended: false);
        }
        return null;
    }
}
