using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Data.Loading;

namespace Llava.Train;

/// <summary>
/// The model writes the picture over fixed positions; the H5 step wrote down in <c>data_params.json</c> where it left room for
/// them. Elsewhere, training would run and the model see nothing.
/// </summary>
static class ImagePositionCheck
{
    const string FileName = "data_params.json";

    /// <exception cref="DiagnosticException">A data folder says another position. One that says none is taken as it is.</exception>
    public static void ThrowIfElsewhere(LlavaDataConfig input, int imageStartIndex)
    {
        var problems = new List<Diagnostic>();
        foreach (var path in input.DataFolders.Select(folder => Path.Combine(folder, FileName)).Where(File.Exists))
        {
            if (StartIn(path) is { } start && start != imageStartIndex)
                problems.Add(ErrorCatalog.ImageElsewhere.At(path, $"the image starts at position {start} of these samples, but model.image_start_idx is {imageStartIndex}"));
        }
        DiagnosticException.ThrowIfAny(problems);
    }

    static int? StartIn(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.TryGetProperty("image_patch_info", out var info) && info.TryGetProperty("image_patch_start_idx", out var start) && start.TryGetInt32(out var index)
            ? index
            : null;
    }
}
