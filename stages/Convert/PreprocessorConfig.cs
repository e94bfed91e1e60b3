namespace Llava.Conversion;

/// <summary>CLIP's image preprocessing for transformers, at the tower's size: the constants of every OpenAI CLIP model.</summary>
static class PreprocessorConfig
{
    public const string FileName = "preprocessor_config.json";

    public static string For(int imageSize) => FormattableString.Invariant(
        $$"""
        {
          "crop_size": {
            "height": {{imageSize}},
            "width": {{imageSize}}
          },
          "do_center_crop": true,
          "do_normalize": true,
          "do_resize": true,
          "feature_extractor_type": "CLIPFeatureExtractor",
          "image_mean": [
            0.48145466,
            0.4578275,
            0.40821073
          ],
          "image_std": [
            0.26862954,
            0.26130258,
            0.27577711
          ],
          "resample": 3,
          "size": {{imageSize}}
        }

        """);
}
