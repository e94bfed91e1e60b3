using Llava.Contracts.Diagnostics;
using Llava.Preprocess.Datasets;

namespace Llava.Preprocess;

/// <summary>Every dataset that the stage knows.</summary>
public static class DatasetTable
{
    static readonly IReadOnlyList<IDatasetPreprocessor> All =
    [
        new Ai2dPreprocessor(),
        new ArxivQaPreprocessor(),
        new ChartQaPreprocessor(),
        DocVqaPreprocessor.SinglePage,
        DocVqaPreprocessor.Infographics,
        new DvqaPreprocessor(),
        new SynthDogPreprocessor(),
        new ArxivCapPreprocessor(),
        new JsonArraysPreprocessor(),
    ];

    /// <summary>Names and what <c>--input</c> is for each.</summary>
    public static IEnumerable<(string Name, string Input)> Descriptions => All.Select(dataset => (dataset.Name, dataset.InputDescription));

    internal static IDatasetPreprocessor Find(string name) => All.FirstOrDefault(dataset => dataset.Name == name)
        ?? throw new DiagnosticException(ErrorCatalog.UnknownDataset.Says($"no dataset is called \"{name}\"; there are {string.Join(", ", All.Select(dataset => dataset.Name))}"));
}
