namespace Llava.Data.Tokenization;

/// <summary>What a literal <c>&lt;s&gt;</c>, <c>&lt;/s&gt;</c> or <c>&lt;unk&gt;</c> in a text becomes.</summary>
public enum LiteralTokens
{
    /// <summary>What the tokenizer's own files say (<c>added_tokens_decoder</c>, <c>tokenizer.json</c>, token entries), else <see cref="Normalized"/>.</summary>
    FromFiles,

    /// <summary>Plain text, as SentencePiece itself does it.</summary>
    AsText,

    /// <summary>The token where a space or the text's beginning precedes it (Hugging Face, normalized = true: its published setting).</summary>
    Normalized,

    /// <summary>The token anywhere; the text around it is encoded in parts (Hugging Face, normalized = false).</summary>
    Verbatim,
}
