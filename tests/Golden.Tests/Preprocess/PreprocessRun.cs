using Llava.Contracts.Progress;
using Llava.Preprocess;

namespace Llava.Golden.Tests.Preprocess;

static class PreprocessRun
{
    public const string Part = "preprocess";

    /// <summary>Runs one dataset into <c>out</c>, its pictures into <c>images</c>, of a folder.</summary>
    public static Task RunAsync(string dataset, string input, ScratchFolder folder, string? imagePrefix = null, (int, int)? range = null, double maximumQuarantine = 0.05) => PreprocessStage.RunAsync(
        new PreprocessOptions
        {
            Dataset = dataset,
            Input = input,
            Output = folder["out"],
            Images = imagePrefix is null ? null : folder["images"],
            ImagePrefix = imagePrefix,
            Range = range,
            Workers = 2,
            MaximumQuarantineShare = maximumQuarantine,
        },
        SilentStageLog.Instance,
        TestContext.Current.CancellationToken);

    /// <summary>The dataset that a case is named after: <c>sp_docvqa_empty_answers</c>.</summary>
    public static string DatasetOf(string name) =>
        DatasetTable.Descriptions.Select(entry => entry.Name).Where(dataset => name.StartsWith(dataset, StringComparison.Ordinal)).MaxBy(dataset => dataset.Length) ?? throw new InvalidDataException($"no dataset begins {name}");

    public static bool HoldsPictures(string dataset) => dataset is "synthdog_en" or "arxivcap";
}
