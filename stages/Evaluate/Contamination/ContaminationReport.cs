using System.Globalization;
using System.Text.Json.Nodes;

namespace Llava.Evaluate.Contamination;

/// <summary>Pictures of a benchmark that the model was trained on, byte for byte the same file. A picture saved anew is not found.</summary>
/// <param name="TrainingPictures">How many there were to compare with.</param>
/// <param name="Pictures">The benchmark's pictures.</param>
/// <param name="Known">Those of them that were trained on, by name, in ordinal order.</param>
/// <param name="Questions">Questions about them.</param>
public sealed record ContaminationReport(int TrainingPictures, int Pictures, IReadOnlyList<string> Known, int Questions)
{
    const int NamesShown = 5;

    internal string ToLine()
    {
        var names = string.Join(", ", Known.Take(NamesShown)) + (Known.Count > NamesShown ? ", ..." : "");
        return string.Create(CultureInfo.InvariantCulture, $"  trained on          {Known.Count} of {Pictures} pictures, {Questions} questions{(Known.Count > 0 ? $": {names}" : "")}");
    }

    internal JsonObject ToNode() => new()
    {
        ["training_pictures"] = TrainingPictures,
        ["pictures"] = Pictures,
        ["trained_on"] = Known.Count,
        ["questions"] = Questions,
        ["names"] = new JsonArray([.. Known.Select(name => JsonValue.Create(name))]),
    };
}
