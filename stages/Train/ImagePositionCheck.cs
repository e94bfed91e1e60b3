using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Data.Loading;

namespace Llava.Train;

/// <summary>
/// The model writes the picture over fixed positions; the H5 step wrote down in <c>data_params.json</c> where it left room for
/// them. Elsewhere, or where there is room for another number of patches, training would run and the model see nothing, or lose text.
/// </summary>
static class ImagePositionCheck
{
    const string FileName = "data_params.json";

    /// <param name="imageTokens">What the model writes: patches of image and patch size, and the class token where it is kept.</param>
    /// <exception cref="DiagnosticException">A data folder says another position or number. One that says none is taken as it is.</exception>
    public static void ThrowIfElsewhere(LlavaDataConfig input, int imageStartIndex, int imageTokens)
    {
        var problems = new List<Diagnostic>();
        foreach (var path in input.DataFolders.Select(folder => Path.Combine(folder, FileName)).Where(File.Exists))
        {
            if (NumberIn(path, "dataset", "num_patches") is { } patches && patches != imageTokens)
                problems.Add(ErrorCatalog.ImageElsewhere.At(path, $"dataset.num_patches of these samples is {patches}, but the model's image and patch size make {imageTokens}"));
            if (NumberIn(path, "image_patch_info", "image_patch_start_idx") is { } start && start != imageStartIndex)
                problems.Add(ErrorCatalog.ImageElsewhere.At(path, $"the image starts at position {start} of these samples, but model.image_start_idx is {imageStartIndex}"));
        }
        DiagnosticException.ThrowIfAny(problems);
    }

    static int? NumberIn(string path, string section, string key)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.TryGetProperty(section, out var map) && map.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;
    }
}
