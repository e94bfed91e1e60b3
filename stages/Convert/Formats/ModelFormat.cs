namespace Llava.Conversion.Formats;

/// <summary>How a LLaVA model is laid out on disk.</summary>
public enum ModelFormat
{
    /// <summary><c>hf</c>: <c>image_model/</c> and <c>text_model/</c> with transformers' names.</summary>
    HuggingFace,

    /// <summary><c>cs-2.3</c>: one checkpoint with ModelZoo's names, and a yaml.</summary>
    ModelZoo,

    /// <summary><c>llava-hf</c>: one folder with the names of transformers' <c>LlavaForConditionalGeneration</c>.</summary>
    LlavaHf,
}
