using Llava.Model.Mapping;

namespace Llava.Conversion.Formats;

/// <summary>How transformers prepares a picture: as the source's own file has it, else CLIP's constants at the tower's size.</summary>
static class PreprocessorConfig
{
    public const string FileName = PreprocessorFile.Name;

    /// <param name="sourcePath">Null where the source has none.</param>
    public static string From(string? sourcePath, int imageSize) => sourcePath is null ? For(imageSize) : File.ReadAllText(sourcePath);

    static string For(int imageSize) => FormattableString.Invariant(
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
