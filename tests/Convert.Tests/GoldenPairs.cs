using Llava.Tests;

namespace Llava.Conversion.Tests;

/// <summary>Copies of the small golden pair, for tests that change or complete it.</summary>
static class GoldenPairs
{
    public static string Pickled => GoldenData.Require("small/model/hf_in");

    /// <summary>The pair with its weights in safetensors.</summary>
    public static string InSafetensors(ScratchFolder folder)
    {
        var weights = GoldenData.Require("small/model/hf_in_safetensors");
        foreach (var part in new[] { "image_model", "text_model" })
        {
            Directory.CreateDirectory(folder[part]);
            foreach (var file in Directory.GetFiles(Path.Combine(weights, part)).Concat(Directory.GetFiles(Path.Combine(Pickled, part)).Where(file => !Path.GetFileName(file).StartsWith("pytorch_model", StringComparison.Ordinal))))
                File.Copy(file, Path.Combine(folder[part], Path.GetFileName(file)));
        }
        return folder.Path;
    }
}
