using System.Globalization;
using System.Text.Json.Nodes;

namespace Llava.Evaluate.Contamination;

/// <summary>Pictures of a benchmark that the model was trained on, byte for byte the same file. A picture saved anew is not found.</summary>
/// <param name="TrainingPictures">How many there were to compare with.</param>
/// <param name="AbsentTrainingPictures">How many the samples name besides, which are not there to compare with.</param>
/// <param name="RefusedTrainingSamples">Lines that are no sample, and pictures outside the image folder.</param>
/// <param name="Pictures">The benchmark's pictures.</param>
/// <param name="Known">Those of them that were trained on, by name, in ordinal order.</param>
/// <param name="Questions">Questions about them.</param>
public sealed record ContaminationReport(int TrainingPictures, int AbsentTrainingPictures, int RefusedTrainingSamples, int Pictures, IReadOnlyList<string> Known, int Questions)
{
    const int NamesShown = 5;

    internal string ToLine()
    {
        var names = string.Join(", ", Known.Take(NamesShown)) + (Known.Count > NamesShown ? ", ..." : "");
        var absent = AbsentTrainingPictures > 0 ? string.Create(CultureInfo.InvariantCulture, $", {AbsentTrainingPictures} more are not there") : "";
        var refused = RefusedTrainingSamples > 0 ? string.Create(CultureInfo.InvariantCulture, $", {RefusedTrainingSamples} samples are refused") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"  trained on          {Known.Count} of {Pictures} pictures, {Questions} questions (compared with {TrainingPictures} training pictures{absent}{refused}){(Known.Count > 0 ? $": {names}" : "")}");
    }

    internal JsonObject ToNode() => new()
    {
        ["training_pictures"] = TrainingPictures,
        ["absent_training_pictures"] = AbsentTrainingPictures,
        ["refused_training_samples"] = RefusedTrainingSamples,
        ["pictures"] = Pictures,
        ["trained_on"] = Known.Count,
        ["questions"] = Questions,
        ["names"] = new JsonArray([.. Known.Select(name => JsonValue.Create(name))]),
    };
}
