using Llava.Contracts.Diagnostics;
using Llava.Data.Conversations;
using Llava.Data.Tokenization;
using Llava.Hdf5.Configuration;
using Llava.Hdf5.Documents;

namespace Llava.Hdf5.Features;

/// <summary>
/// Instruction tuning: <c>[bos] SYSTEM USER: ▁ + pad * patches + prompt ASSISTANT: completion eos</c>, then
/// <c>USER: prompt ASSISTANT: completion eos</c> for each further turn.
/// Source: <c>create_features_llava_phase2</c> of ModelZoo's <c>hdf5_preprocessing/utils.py</c>.
/// </summary>
sealed class PhaseTwoFeatures : ISampleFeatures
{
    readonly SampleTokens _tokenizer;
    readonly DatasetSection _dataset;
    readonly int[] _beginning;
    readonly int[] _promptPrefix;
    readonly int[] _completionPrefix;
    readonly TokenBuffer _prompt = new();
    readonly TokenBuffer _completion = new();

    public PhaseTwoFeatures(Hdf5Config config, SampleTokens tokenizer)
    {
        (_tokenizer, _dataset) = (tokenizer, config.Dataset);
        _promptPrefix = tokenizer.Encode(_dataset.PromptPrefix ?? "");
        _completionPrefix = tokenizer.Encode(_dataset.CompletionPrefix ?? "");
        // Without a system prompt the reference gives samples no bos, but those with room for an image, where it then fails.
        _beginning = _dataset.SystemPromptStyle is { } style
            ? [tokenizer.BosId, .. tokenizer.Encode(SystemPrompts.Find(style))]
            : HasImageSlot ? [tokenizer.BosId] : [];
    }

    public int? ImagePatchStart => HasImageSlot ? _beginning.Length + _promptPrefix.Length + 1 : null;

    bool HasImageSlot => _dataset.ImageKey is not null;

    public SampleRejection? Build(LlavaDocument document, TokenSequence tokens)
    {
        var hasImage = document.ImagePath is not null;
        tokens.Clear();
        tokens.Add(_beginning, loss: false, attended: true);
        for (var turn = 0; turn < document.Turns.Count; turn++)
        {
            var (prompt, completion) = document.Turns[turn];
            _tokenizer.EncodePrompt(prompt, hasImage, _prompt);
            if (_dataset.EosAfterPrompt && _promptPrefix.Length + _prompt.Count > 0)
                _prompt.Add(_tokenizer.EosId);
            if (turn == 0 && HasImageSlot && _promptPrefix.Length > 0 && _prompt.Count == 0)
                return new SampleRejection(ErrorCatalog.EmptyFirstPrompt, "the first prompt has no text beside the image");
            tokens.Add(_promptPrefix, loss: false, attended: true);
            if (turn == 0 && HasImageSlot)
                AddImageSlot(hasImage, tokens);
            tokens.Add(_prompt.Ids, loss: false, attended: true);
            AddCompletion(completion, tokens);
        }
        return null;
    }

    void AddImageSlot(bool hasImage, TokenSequence tokens)
    {
        tokens.Add(_tokenizer.SpaceId, loss: false, attended: hasImage);
        tokens.AddRepeated(_tokenizer.PadId, _dataset.NumPatches!.Value, loss: false, attended: hasImage);
    }

    void AddCompletion(string completion, TokenSequence tokens)
    {
        _tokenizer.EncodeCompletion(completion, _completion);
        if (_completionPrefix.Length > 0)
        {
            tokens.Add(_completionPrefix.AsSpan(..^1), loss: false, attended: true);
            tokens.Add(_completionPrefix[^1], loss: true, attended: true);
        }
        tokens.Add(_completion.Ids, loss: true, attended: true);
        tokens.Add(_tokenizer.EosId, loss: false, attended: true);
    }
}
