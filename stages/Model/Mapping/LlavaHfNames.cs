namespace Llava.Model.Mapping;

/// <summary>
/// The names of transformers' <c>LlavaForConditionalGeneration</c> against those of a Hugging Face pair, in both directions. Where
/// it writes one name, it reads several: releases from 4.52 on put everything below <c>model.</c>.
/// </summary>
public static class LlavaHfNames
{
    // In the order in which they are tried: the longer prefix first.
    static readonly (string Pair, string[] LlavaHf)[] Prefixes =
    [
        ("vision_model.", ["vision_tower.vision_model.", "model.vision_tower.vision_model."]),
        ("model.mm_projector.0.", ["multi_modal_projector.linear_1.", "model.multi_modal_projector.linear_1."]),
        ("model.mm_projector.2.", ["multi_modal_projector.linear_2.", "model.multi_modal_projector.linear_2."]),
        ("lm_head.", ["language_model.lm_head.", "lm_head."]),
        ("model.", ["language_model.model.", "model.language_model."]),
    ];

    /// <summary>Of the pair's canonical name; null where the layout has no place for it.</summary>
    public static string? Of(string pairName)
    {
        foreach (var (pair, names) in Prefixes)
        {
            if (pairName.StartsWith(pair, StringComparison.Ordinal))
                return pair == "model." && pairName.StartsWith("model.mm_projector.", StringComparison.Ordinal) ? null : names[0] + pairName[pair.Length..];
        }
        return null;
    }

    /// <summary>The pair's name; unchanged for a name of neither.</summary>
    public static string ToPair(string name)
    {
        foreach (var (pair, names) in Prefixes)
        {
            if (names.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix)
                return pair + name[prefix.Length..];
        }
        return name;
    }

    /// <summary>Whether a tensor of the pair has a row for every token.</summary>
    public static bool HasRowPerToken(string pairName) => pairName is "model.embed_tokens.weight" or "lm_head.weight";
}
