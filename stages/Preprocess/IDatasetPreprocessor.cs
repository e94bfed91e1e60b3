using Llava.Preprocess.Conversion;

namespace Llava.Preprocess;

/// <summary>What is particular to one raw dataset. To add one: implement this in <c>Datasets/</c> and list it in <see cref="DatasetTable"/>.</summary>
interface IDatasetPreprocessor
{
    /// <summary>As typed after <c>llava preprocess</c>.</summary>
    string Name { get; }

    /// <summary>What <c>--input</c> must be, for <c>--help</c>.</summary>
    string InputDescription { get; }

    /// <summary>Which files become which, in the order of their outputs. Does not touch the files' contents.</summary>
    IReadOnlyList<ConversionUnit> Plan(PreprocessOptions options);
}
